"""Work that goes on in this process after whoever asked for it has been answered."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)
_tasks: set[asyncio.Task[Any]] = set()
"""A task nobody holds may be collected while it runs."""


def start(work: Coroutine[Any, Any, Any], *, name: str) -> asyncio.Task[Any]:
    """Let `work` run on in the current event loop; a failure is logged by its kind, without values."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    _tasks.add(task)
    task.add_done_callback(_over)
    return task


async def close() -> None:
    """Cancel what is still under way in this event loop, and wait until it has given back what it holds."""
    loop = asyncio.get_running_loop()
    ours = [task for task in _tasks if task.get_loop() is loop]
    for task in ours:
        task.cancel()
    await asyncio.gather(*ours, return_exceptions=True)


def _over(task: asyncio.Task[Any]) -> None:
    _tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("%s ended early: %s", task.get_name(), type(error).__name__)

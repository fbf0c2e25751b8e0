"""How a run ends after Ctrl-C, which at a terminal ends the run's own Prefect server, too."""

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, NoReturn

from connector.cli.output import INTERRUPTED, STOPPED, say

_PARTING = 3.0


async def until_stopped(run: Coroutine[Any, Any, Any], *, seconds: float = _PARTING) -> Any:
    """What the run ends with; when this is cancelled, it has so many real seconds to give back what it holds.

    What it would still tell a Prefect server that has ended it would try to tell for minutes.
    """
    running = asyncio.ensure_future(run)
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        running.cancel()
        await asyncio.wait({running}, timeout=seconds)
        raise


def leave_at_once() -> NoReturn:
    """Stop the run's own Prefect server and end the process.

    At the usual end of a process Prefect tells that server what became of every task, each for as long as it
    takes to see that nobody answers.
    """
    from prefect.server.api.server import SubprocessASGIServer

    SubprocessASGIServer().stop()
    say(STOPPED)
    os._exit(INTERRUPTED)

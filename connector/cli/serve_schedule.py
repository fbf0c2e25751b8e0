"""The schedule of `connector serve` as a process: deploys what is missing, then works on what is due.

A worker like any other, of the pool that `prefect.yaml` names: several of them, and those of
`prefect worker start`, share the runs.
"""

import asyncio
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from prefect.client.orchestration import get_client
from prefect.workers.process import ProcessWorker

from connector.cli.serve_deployments import POOL, keep_up_to_date
from connector.errors import ConnectorError
from connector.serving import logs
from connector.serving.schedule import PATIENCE, WORKER_NAME
from connector.settings import Settings

_log = logging.getLogger("connector.cli.serve_schedule")
"""Run as a module, this one is called `__main__`."""

_AT_ONCE = 3
"""Runs under way; each is a process of some 300 MB."""
_LOOK_EVERY = 0.2
_WAIT = 1.0
_LEAVE = 5.0
_GRACE = 5.0


def main() -> int:
    """Work until told to stop; exit status 1 when Prefect's server gave up on us, 2 for a wrong setting."""
    # Prefect's own set-up of log lines is for its runs: here its warnings are lines like all others.
    logs.configure(Settings().log_format)
    try:
        return asyncio.run(_run())
    except ConnectorError as error:
        _log.error("%s", error)
        return 2


async def _run() -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not await _answers(stop):
        return 0
    await keep_up_to_date()
    worker = ProcessWorker(work_pool_name=POOL, name=os.environ.get(WORKER_NAME), limit=_AT_ONCE)
    working = asyncio.create_task(worker.start(printer=_say_nothing))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not stop.is_set():
        _log.warning("the worker ended", exc_info=working.exception())
        return 1
    await _drain(worker, working)
    return 0


async def _answers(stop: asyncio.Event) -> bool:
    """Wait until Prefect's server answers; False when told to stop before it does."""
    async with get_client() as client:
        while not stop.is_set():
            if await client.api_healthcheck() is None:
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _WAIT)
    return False


async def _drain(worker: ProcessWorker, working: "asyncio.Task[None]") -> None:
    """Take no more runs, let those under way end while there is time, then end them."""
    if worker.is_setup:
        worker.limiter.total_tokens = 0
        if not await _done(worker, float(os.environ.get(PATIENCE, "0"))):
            _log.warning("runs are ended early", extra={"runs": int(worker.limiter.borrowed_tokens)})
            _signal_runs(signal.SIGTERM)
            # A run gives back what it holds, and tells Prefect's server that it was ended.
            if not await _done(worker, _GRACE):
                _signal_runs(signal.SIGKILL)
    working.cancel()
    await asyncio.wait({working}, timeout=_LEAVE)


async def _done(worker: ProcessWorker, seconds: float) -> bool:
    """Whether all runs have ended within so many seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while worker.limiter.borrowed_tokens and loop.time() < until:  # noqa: ASYNC110  it tells nobody
        await asyncio.sleep(_LOOK_EVERY)
    return not worker.limiter.borrowed_tokens


def _signal_runs(number: int) -> None:
    """Each run is a child of ours that leads a process group; Linux lists them, else Prefect ends them."""
    for listed in Path("/proc/self/task").glob("*/children"):
        for pid in listed.read_text("ascii").split():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(int(pid), number)


def _say_nothing(*_words: object, **_options: object) -> None:
    """The worker's greetings are of no use in a log."""


if __name__ == "__main__":
    sys.exit(main())

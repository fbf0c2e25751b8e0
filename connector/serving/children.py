"""Processes beside the console: started, started again when they end, and ended with all they started."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_LONG_ENOUGH = 60.0
"""Seconds after which a process counts as having run: the next failure begins with the shortest pause."""


class Child:
    """One program with its own process group, so that a Ctrl-C meant for us leaves it alone."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        patience: float,
        log: Path | None = None,
    ) -> None:
        """`log` takes what it prints, anew at each start; without one that goes where ours goes."""
        self.name = name
        self.patience = patience
        """Seconds it has to end by itself when it is told to."""
        self._command = (sys.executable, "-m", "connector.serving.tied", str(os.getpid()), *command)
        self._environment = dict(environment)
        self._folder = folder
        self._log = log

    async def keep(self, stop: asyncio.Event) -> None:
        """Run it until `stop`, again after a growing pause whenever it ends before; then end it."""
        pause, loop = _FIRST_PAUSE, asyncio.get_running_loop()
        while not stop.is_set():
            began = loop.time()
            code = await self._once(stop)
            if stop.is_set():
                return
            pause = _FIRST_PAUSE if loop.time() - began > _LONG_ENOUGH else pause
            _log.warning("%s ended by itself", self.name, extra={"status": code, "again_in_seconds": pause})
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _once(self, stop: asyncio.Event) -> int | None:
        """The status it ended with; None when it could not even be started."""
        try:
            process = await self._start()
        except OSError as error:
            # A full disk or too many processes: it may pass, and the console goes on meanwhile.
            _log.error("%s cannot be started", self.name, exc_info=error)
            return None
        ending, stopping = asyncio.create_task(process.wait()), asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({ending, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            await asyncio.shield(_end(process, ending, self.patience))
        return process.returncode

    async def _start(self) -> asyncio.subprocess.Process:
        output = None if self._log is None else self._log.open("wb")
        try:
            return await asyncio.create_subprocess_exec(
                *self._command,
                env=self._environment,
                cwd=self._folder,
                stdin=asyncio.subprocess.DEVNULL,
                # Standard output is for documents; what a process says beside the console is no document.
                stdout=output or sys.stderr,
                stderr=output,
                start_new_session=True,
            )
        finally:
            if output is not None:
                output.close()


async def _end(process: asyncio.subprocess.Process, ending: "asyncio.Task[int]", patience: float) -> None:
    """Ask the process to end, then whatever it started; what does not listen is killed."""
    if not ending.done():
        process.send_signal(signal.SIGTERM)
        await asyncio.wait({ending}, timeout=patience)
    # What it started may need a moment to write down how far it came.
    for number, grace in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 1.0)):
        if not _signal_group(process.pid, number):
            break
        await _gone(process.pid, grace)
    await ending


async def _gone(group: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until and _signal_group(group, 0):  # noqa: ASYNC110  nobody tells of a group
        await asyncio.sleep(0.05)


def _signal_group(group: int, number: int) -> bool:
    """Whether anybody was left in the process group to get the signal."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True

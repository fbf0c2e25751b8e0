"""One time for all processes of a proof: the real one plus an offset that the steering process writes."""

import asyncio
import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.sandbox.clock import SandboxClock

_NAP = 0.02
_OFFSET = struct.Struct("d")


class SharedClock:
    """A worker's clock, a `connector.clock.Clock`; the file holds the offset in seconds."""

    def __init__(self, file: Path) -> None:
        with file.open("rb") as opened:
            self._shared = mmap.mmap(opened.fileno(), _OFFSET.size, access=mmap.ACCESS_READ)

    def now(self) -> datetime:
        """The common instant, with zone UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset())

    def monotonic(self) -> float:
        """Common seconds; jumps of the common time are in it."""
        return time.monotonic() + self._offset()

    async def sleep(self, seconds: float) -> None:
        """Wait for common time, which may pass much faster than the real one."""
        wake = self.monotonic() + seconds
        # Common time jumps, so that no event tells when the wait is over.
        while (left := wake - self.monotonic()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(left, _NAP))

    def _offset(self) -> float:
        offset: float = _OFFSET.unpack_from(self._shared)[0]
        return offset


class SteeredClock(SandboxClock):
    """The steering process's and the platforms' clock: it writes its jumps down for the workers."""

    def __init__(self, file: Path) -> None:
        file.write_bytes(_OFFSET.pack(0.0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), _OFFSET.size)
        super().__init__()

    def advance(self, step: timedelta) -> None:
        """Jump ahead, everywhere at once."""
        super().advance(step)
        _OFFSET.pack_into(self._shared, 0, self._jumped.total_seconds())

    async def sleep(self, seconds: float) -> None:
        """Pass the time at once: in the steering process nobody else needs it."""
        await asyncio.sleep(0)
        self.advance(timedelta(seconds=max(0.0, seconds)))

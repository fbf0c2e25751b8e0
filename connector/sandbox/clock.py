"""The time of the sandbox: the real one with an offset, or a frozen one that only moves when told to."""

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """A `connector.clock.Clock` that the platforms and the connector share; safe to use from any thread.

    Running, it follows the real clock and `advance` jumps ahead. Frozen, it stands still, and `sleep` moves
    it to the end of the sleep at once; sleepers that overlap move it to the latest end, not to their sum.
    """

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        self._frozen = frozen
        self._born = time.monotonic()
        self._start = datetime.now(UTC) if start is None else start.astimezone(UTC)
        self._jumped = timedelta()

    @property
    def frozen(self) -> bool:
        """Whether time stands still between `advance` calls."""
        return self._frozen

    def now(self) -> datetime:
        """The sandbox's instant, with zone UTC."""
        return self._start + self._elapsed()

    def timestamp(self) -> int:
        """The sandbox's instant in whole Unix seconds, the unit of TikTok's wire."""
        return int(self.now().timestamp())

    def monotonic(self) -> float:
        """Seconds since the clock was made; grows with `advance` too."""
        return self._elapsed().total_seconds()

    def advance(self, step: timedelta) -> None:
        """Jump ahead by `step`; raises ValueError for a step back."""
        if step < timedelta():
            raise ValueError("a sandbox clock only moves forward")
        with self._lock:
            self._jumped += step

    async def sleep(self, seconds: float) -> None:
        """Wait for real, or, when frozen, move the clock to the end of the wait and let others run."""
        if not self._frozen:
            await asyncio.sleep(seconds)
            return
        wake = self._elapsed() + timedelta(seconds=max(0.0, seconds))
        await asyncio.sleep(0)
        with self._lock:
            self._jumped = max(self._jumped, wake)

    def _elapsed(self) -> timedelta:
        with self._lock:
            jumped = self._jumped
        return jumped if self._frozen else jumped + timedelta(seconds=time.monotonic() - self._born)

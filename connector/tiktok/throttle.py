"""How fast one shop is asked: an adaptive pace, because TikTok publishes no fixed quota."""

from connector.clock import Clock

START_RATE = 5.0
MIN_RATE = 0.5
MAX_RATE = 10.0
_STEP = 0.1
_DEFAULT_PAUSE = 1.0
_INSTANT = 0.001
"""Seconds not worth a sleep; a clock may be coarser than the rest of a wait."""


class Throttle:
    """Spaces out the requests of one shop; shared by everything in a process that asks this shop.

    The pace (requests per second) grows by small steps while answers are good and halves when TikTok says
    that it was too much. Callers are served in the order in which they came.
    """

    def __init__(self, clock: Clock, rate: float = START_RATE) -> None:
        self.rate = rate
        self._clock = clock
        self._next_at = 0.0
        self._closed_until = 0.0

    async def turn(self) -> None:
        """Return when the next request may leave."""
        slot = self._reserve()
        while (wait := slot - self._clock.monotonic()) > _INSTANT:
            await self._clock.sleep(wait)
            if slot < self._closed_until:
                slot = self._reserve()

    def answered(self) -> None:
        """A good answer: a little faster."""
        self.rate = min(MAX_RATE, self.rate + _STEP)

    def refused(self, retry_after: float | None) -> None:
        """Too much: half the pace, and nothing leaves for `retry_after` seconds."""
        now = self._clock.monotonic()
        if now >= self._closed_until:
            self.rate = max(MIN_RATE, self.rate / 2)
        pause = _DEFAULT_PAUSE if retry_after is None else retry_after
        self._closed_until = max(self._closed_until, now + pause)
        self._next_at = max(self._next_at, self._closed_until)

    def _reserve(self) -> float:
        slot = max(self._clock.monotonic(), self._next_at)
        self._next_at = slot + 1.0 / self.rate
        return slot

"""Time as something that is passed in, so that nothing in the connector reads the wall clock by itself."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the connector needs of time."""

    def now(self) -> datetime:
        """The current instant, with zone UTC."""

    def monotonic(self) -> float:
        """Seconds that only ever grow, for durations and leases within a process."""

    async def sleep(self, seconds: float) -> None:
        """Wait; a test's clock moves itself on instead."""


class SystemClock:
    """The real clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

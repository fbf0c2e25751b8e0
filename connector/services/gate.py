"""How many requests to one store are under way, and when to stop sending to it."""

import asyncio

from connector.errors import AccessDenied, NeedsReauthorization, OrderLimitReached, PlatformError, Unavailable
from connector.shopify.results import NotMade

_FAILURES_IN_A_ROW = 20


class Gate:
    """Lets a bounded number of requests through until the store itself turns out to be at fault."""

    def __init__(self, width: int) -> None:
        self._free = asyncio.Semaphore(width)
        self._why: PlatformError | None = None
        self._failures = 0

    @property
    def closed(self) -> bool:
        """Whether nothing more should be sent to this store in this run."""
        return self._why is not None

    async def enter(self, n: int) -> None:
        """Wait until `n` more requests may be under way."""
        for _ in range(n):
            await self._free.acquire()

    def leave(self, n: int) -> None:
        """`n` requests have ended."""
        for _ in range(n):
            self._free.release()

    def well(self) -> None:
        """An order was made: the store is fine."""
        self._failures = 0

    def fail(self, result: NotMade) -> None:
        """A request failed for a reason that is not the order's."""
        self._failures += 1
        if result.kind == "reauthorize":
            self._why = NeedsReauthorization(result.message, platform="shopify")
        elif result.kind == "access_denied":
            self._why = AccessDenied(result.message, platform="shopify")
        elif result.kind == "too_many_attempts":
            self._why = OrderLimitReached(result.message, platform="shopify", retry_after=result.retry_after)
        elif self._failures >= _FAILURES_IN_A_ROW:
            self._why = Unavailable(result.message, platform="shopify", retry_after=result.retry_after)

    def raise_why(self) -> None:
        """Raise what closed the gate, if anything did."""
        if self._why is not None:
            raise self._why

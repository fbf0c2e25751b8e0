"""Reading TikTok's orders into the ledger: every page committed, then the cursor moved, then the next page.

Windows are read by ascending time with a fixed upper bound, and overlap the last one, because TikTok's list
lags and shifts while it is paged (TikTok reference 11.1, 11.2). Meeting an order again is normal and free.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from connector.ledger import cursors, records
from connector.services.progress import watcher
from connector.services.session import StoreSession
from connector.tiktok.client import OrderPage
from models.times import from_unix

OVERLAP = timedelta(minutes=10)
"""How far a window reaches back into the last one: TikTok's list may lag, and repeats are cheap."""
_CLOCKS_DIFFER = 60
"""Seconds; TikTok's clock may be behind ours, though by no more than half of this (TikTok reference 1.4)."""
ORDERS_STREAM = "orders"
_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of TikTok time to read, and the cursor that remembers how far it has been read."""

    stream: str
    field: Literal["update_time", "create_time"]
    start: datetime
    end: datetime
    scheduled: bool
    """False for a backfill: it imports orders older than the store's `start_from` too."""


class Reading:
    """A window being read, a few pages at a time; opened again from its cursor after a failure."""

    def __init__(self, session: StoreSession, window: Window) -> None:
        self._session = session
        self.window = window
        self.ended = False
        self._pages: AsyncIterator[OrderPage] | None = None

    async def read(self, pages: int) -> int:
        """Read and commit up to `pages` pages; gives how many orders they held."""
        found = 0
        try:
            for _ in range(pages):
                page = await anext(await self._open(), None)
                if page is None:
                    await self._finish()
                    break
                found += await self._keep(page)
        except BaseException:
            self._pages = None
            raise
        return found

    async def _open(self) -> AsyncIterator[OrderPage]:
        if self._pages is None:
            start = await self._resume_at()
            bounds = _bounds(self.window, start)
            self._pages = self._session.tiktok.order_pages(
                **bounds, sort_field=self.window.field, page_size=_PAGE_SIZE
            )
        return self._pages

    async def _resume_at(self) -> datetime:
        position = await self._session.database.run_read(
            cursors.position, store_id=self._session.store.id, stream=self.window.stream
        )
        reached = from_unix(position)
        return self.window.start if reached is None else max(self.window.start, reached - OVERLAP)

    async def _keep(self, page: OrderPage) -> int:
        await keep_orders(
            self._session,
            [*page.orders, *page.unusable],
            source=self._session.source,
            scheduled=self.window.scheduled,
        )
        reached = _reached(page.orders, self.window)
        if reached is not None:
            await self._move_cursor(reached)
        return len(page.orders)

    async def _finish(self) -> None:
        await self._move_cursor(int(self.window.end.timestamp()))
        self.ended = True

    async def _move_cursor(self, position: int) -> None:
        await self._session.database.run(
            cursors.advance,
            store_id=self._session.store.id,
            stream=self.window.stream,
            position=position,
            now=self._session.clock.now(),
        )


async def keep_orders(
    session: StoreSession, orders: Sequence[Any], *, source: str, scheduled: bool
) -> records.PageCounts:
    """Commit orders as TikTok sent them, and count them into the run's figures."""
    counts = await session.database.run(
        records.record_page,
        store=session.store,
        orders=orders,
        source=source,
        now=session.clock.now(),
        scheduled=scheduled,
    )
    result = session.result
    result.found += counts.found
    result.new += counts.new
    result.updated += counts.updated
    result.ignored += counts.ignored
    result.waiting += counts.waiting
    result.unusable += counts.unusable
    watcher().advance(session.store.name, 0, result.counts())
    return counts


async def update_window(session: StoreSession) -> Window:
    """The stretch of update time since the last sync, up to now."""
    position = await session.database.run_read(
        cursors.position, store_id=session.store.id, stream=ORDERS_STREAM
    )
    reached = from_unix(position)
    until = session.clock.now() + timedelta(seconds=1)
    start = min(until, session.store.start_from if reached is None else reached - OVERLAP)
    return Window(ORDERS_STREAM, "update_time", start, until, scheduled=True)


def backfill_window(start: datetime, end: datetime) -> Window:
    """A stretch of create time, with a cursor of its own so that a killed backfill goes on where it was."""
    stream = f"backfill:{int(start.timestamp())}:{int(end.timestamp())}"
    return Window(stream, "create_time", start, end, scheduled=False)


def _bounds(window: Window, start: datetime) -> dict[str, int]:
    kind = "update" if window.field == "update_time" else "create"
    return {f"{kind}_from": int(start.timestamp()), f"{kind}_to": int(window.end.timestamp())}


def _reached(orders: Sequence[Mapping[str, Any]], window: Window) -> int | None:
    """How far the list has surely been read: the smallest time on the page that tells a place in the list.

    Orders may carry later times than their place (TikTok reference 3.2), all of a page even: those of around
    the window's end or later were changed after the list was made.
    """
    # JSON's `true` is an int to Python, but no time, and no number to a database.
    times = [value for order in orders if type(value := order.get(window.field)) is int and value > 0]
    if not times or len(times) < len(orders):
        return None
    end = int(window.end.timestamp())
    if window.field == "update_time":
        return min((time for time in times if time < end - _CLOCKS_DIFFER), default=None)
    return min(min(times), end)

"""Keeping orders true after they were created: returns and cancellations, stale statuses, and what follows.

Returns and refunds need not move an order's `update_time` (TikTok reference 11.5), so their own feeds are
read, and the orders they name are read again by id.
"""

from datetime import timedelta
from typing import Literal

from connector.ledger import aftersales, cursors
from connector.ledger import refresh as stale
from connector.services.fetch import OVERLAP, keep_orders
from connector.services.follow_up import follow_up
from connector.services.session import StoreSession
from models.times import from_unix

Kind = Literal["return", "cancellation"]

_STREAMS: dict[Kind, str] = {"return": "returns", "cancellation": "cancellations"}
_STALE_LIMIT = 500
"""Orders read again by id per run: ten calls, so that a sync stays short whatever has piled up."""


async def refresh(session: StoreSession) -> None:
    """Read both aftersales feeds, then orders that are due to be read again, then act on Shopify."""
    touched = await _read_feed(session, "return") | await _read_feed(session, "cancellation")
    await _read_again(session, touched)
    await follow_up(session)


async def _read_feed(session: StoreSession, kind: Kind) -> set[str]:
    """Commit new and changed requests of one kind; gives the ids of the orders they belong to."""
    stream, until = _STREAMS[kind], session.clock.now() + timedelta(seconds=1)
    store_id = session.store.id
    reached = from_unix(await session.database.run_read(cursors.position, store_id=store_id, stream=stream))
    start = session.store.start_from if reached is None else reached - OVERLAP
    touched: set[str] = set()
    read = session.tiktok.returns if kind == "return" else session.tiktok.cancellations
    async for page in read(update_from=int(start.timestamp()), update_to=int(until.timestamp())):
        touched |= await session.database.run(
            aftersales.record_aftersales, store_id=store_id, kind=kind, items=page.items
        )
    await session.database.run(
        cursors.advance,
        store_id=store_id,
        stream=stream,
        position=int(until.timestamp()),
        now=session.clock.now(),
    )
    return touched


async def _read_again(session: StoreSession, touched: set[str]) -> None:
    now = session.clock.now()
    due = await session.database.run_read(
        stale.due_for_refresh, store_id=session.store.id, now=now, limit=_STALE_LIMIT
    )
    ids = list(dict.fromkeys([*touched, *due]))
    if ids:
        orders = await session.tiktok.order_details(ids)
        await keep_orders(session, orders, source="refresh", scheduled=True)
        await session.database.run(stale.mark_refreshed, store_id=session.store.id, order_ids=ids, now=now)

"""Keeping orders true after they were created: returns and cancellations, stale statuses, and what follows.

Returns and refunds need not move an order's `update_time` (TikTok reference 11.5), so their own feeds are
read, and the orders they name are read again by id.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy.orm import Session

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
    await _read_feed(session, "return")
    await _read_feed(session, "cancellation")
    await _read_again(session)
    await follow_up(session)


async def _read_feed(session: StoreSession, kind: Kind) -> None:
    """Commit new and changed requests of one kind; the orders they belong to are to be read again."""
    stream, until = _STREAMS[kind], session.clock.now() + timedelta(seconds=1)
    store_id = session.store.id
    reached = from_unix(await session.database.run_read(cursors.position, store_id=store_id, stream=stream))
    start = min(until, session.store.start_from if reached is None else reached - OVERLAP)
    read = session.tiktok.returns if kind == "return" else session.tiktok.cancellations
    async for page in read(update_from=int(start.timestamp()), update_to=int(until.timestamp())):
        await session.database.run(
            _note, store_id=store_id, kind=kind, items=page.items, now=session.clock.now()
        )
    await session.database.run(
        cursors.advance,
        store_id=store_id,
        stream=stream,
        position=int(until.timestamp()),
        now=session.clock.now(),
    )


def _note(session: Session, *, store_id: int, kind: Kind, items: Sequence[Any], now: datetime) -> None:
    """In one transaction, so that a request that is on record is never without its order's next reading."""
    touched = aftersales.record_aftersales(session, store_id=store_id, kind=kind, items=items)
    stale.ask_again(session, store_id=store_id, order_ids=sorted(touched), now=now)


async def _read_again(session: StoreSession) -> None:
    now = session.clock.now()
    ids = await session.database.run_read(
        stale.due_for_refresh, store_id=session.store.id, now=now, limit=_STALE_LIMIT
    )
    if ids:
        orders = await session.tiktok.order_details(ids)
        await keep_orders(session, orders, source="refresh", scheduled=True)
        await session.database.run(stale.mark_refreshed, store_id=session.store.id, order_ids=ids, now=now)

"""Trying blocked and waiting orders again because a person asks for it."""

from collections.abc import Sequence

from connector.ledger import freeing
from connector.services.fetch import keep_orders
from connector.services.prepare import prepare
from connector.services.process import BATCH_SIZE, process_all
from connector.services.session import StoreSession
from models.state import ReasonCode

_MENDED_AT_TIKTOK = frozenset(
    {
        ReasonCode.INVALID_ORDER,
        ReasonCode.SKU_MISSING,
        ReasonCode.ADDRESS_UNUSABLE,
        ReasonCode.TOTAL_MISMATCH,
    }
)
"""Reasons whose remedy is a change at TikTok."""


async def retry(session: StoreSession, *, order_ids: Sequence[str] | None, reason: str | None) -> int:
    """Make orders due and take them to Shopify at once; gives how many there were to try again.

    Only the named orders and those with this reason, where given. Orders that TikTok may have mended are read
    again first, because not every change of an order moves its `update_time` (TikTok reference 11.5).
    """
    reasons = None if reason is None else [reason]
    store_id, now = session.store.id, session.clock.now()
    found = await session.database.run(
        freeing.retryable, store_id=store_id, now=now, reasons=reasons, order_ids=order_ids
    )
    if found:
        await prepare(session)
    mended = [order_id for order_id, code in found.items() if code in _MENDED_AT_TIKTOK]
    if mended:
        orders = await session.tiktok.order_details(mended)
        await keep_orders(session, orders, source=session.source, scheduled=False)
    ids = list(found)
    for start in range(0, len(ids), BATCH_SIZE):
        chunk = ids[start : start + BATCH_SIZE]
        await session.database.run(freeing.free_blocked, store_id=store_id, now=now, order_ids=chunk)
        await process_all(session, order_ids=chunk)
    return len(ids)

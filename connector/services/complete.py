"""Completing delivered orders: only when TikTok, asked in this very run, knows no return that stands."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from connector.errors import Unavailable
from connector.ledger import aftersales, completion
from connector.ledger.completion import Candidate
from connector.mapping.aftersales import keeps_open
from connector.services.fetch import keep_orders
from connector.services.session import StoreSession
from connector.tiktok.paging import Page

_CHUNK = 50
"""Order ids per question to TikTok."""


async def complete(session: StoreSession, as_of: datetime) -> None:
    """Complete the store's orders delivered at least `complete_after_days` × 24 h before `as_of`.

    An order whose status turns out to have moved on is left alone. Raises what the client raises when TikTok
    cannot be asked; orders judged before that stay completed, the others are judged by the next run.
    """
    delivered_before = as_of - timedelta(hours=24 * session.store.settings.complete_after_days)
    after_pk = 0
    while True:
        chunk = await session.database.run_read(
            completion.candidates,
            store_id=session.store.id,
            delivered_before=delivered_before,
            limit=_CHUNK,
            after_pk=after_pk,
        )
        if not chunk:
            return
        after_pk = chunk[-1].pk
        await _complete_chunk(session, chunk, delivered_before)


async def _complete_chunk(
    session: StoreSession, chunk: Sequence[Candidate], delivered_before: datetime
) -> None:
    ids = [each.tiktok_order_id for each in chunk]
    session.result.found += len(ids)
    await keep_orders_again(session, ids)
    open_ids = await _with_standing_requests(session, ids)
    session.result.completed += await session.database.run(
        completion.complete,
        store_id=session.store.id,
        pks=[each.pk for each in chunk if each.tiktok_order_id not in open_ids],
        delivered_before=delivered_before,
        now=session.clock.now(),
    )


async def keep_orders_again(session: StoreSession, ids: Sequence[str]) -> None:
    """Read the orders again, so that one TikTok has completed or cancelled itself is judged by that."""
    found = session.result.found
    await keep_orders(session, await session.tiktok.order_details(ids), source="complete", scheduled=True)
    session.result.found = found


def _order_of(request: dict[str, Any], page: Page) -> str:
    """The order a standing request belongs to; one that cannot be told could belong to any of them."""
    order_id = request.get("order_id")
    if not order_id or page.unusable:
        raise Unavailable(
            "TikTok sent a return or cancellation request without its order; nothing was completed.",
            platform="tiktok",
        )
    return str(order_id)


async def _with_standing_requests(session: StoreSession, ids: Sequence[str]) -> set[str]:
    standing: set[str] = set()
    for kind, read in (("return", session.tiktok.returns), ("cancellation", session.tiktok.cancellations)):
        async for page in read(order_ids=ids):
            await session.database.run(
                aftersales.record_aftersales, store_id=session.store.id, kind=kind, items=page.items
            )
            standing |= {_order_of(item, page) for item in page.items if keeps_open(item)}
    return standing

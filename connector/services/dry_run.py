"""What a backfill would do, without writing anything anywhere."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.ledger import reconciliation, variants
from connector.mapping.due import judge
from connector.mapping.judgement import judge_order
from connector.mapping.matching import VariantIndex, skus_needed
from connector.mapping.projection import project
from connector.quality.validate import validate_batch
from connector.services.fetch import Window
from connector.services.look_up import find_on_shopify
from connector.services.match import store_facts
from connector.services.progress import watcher
from connector.services.session import StoreSession
from connector.services.variants import knows, with_rows
from models.state import OrderState, Reason
from models.wire.tiktok import TikTokOrder, parse_order

_ASKED_AT_ONCE = 50


async def rehearse(session: StoreSession, window: Window) -> None:
    """Read the window and count what would be new, created, linked, blocked, waiting or ignored."""
    seen: set[str] = set()
    bounds = {"create_from": int(window.start.timestamp()), "create_to": int(window.end.timestamp())}
    async for page in session.tiktok.order_pages(**bounds, sort_field="create_time"):
        session.result.unusable += len(page.unusable)
        fresh = [raw for raw in page.orders if str(raw.get("id")) not in seen]
        seen |= {str(raw.get("id")) for raw in fresh}
        await _rehearse_page(session, fresh)
        watcher().advance(session.store.name, len(fresh), session.result.counts())


async def _rehearse_page(session: StoreSession, orders: Sequence[Mapping[str, Any]]) -> None:
    result = session.result
    result.found += len(orders)
    by_id = {known.tiktok_order_id: raw for raw in orders if (known := project(raw)) is not None}
    result.unusable += len(orders) - len(by_id)
    stored = await session.database.run_read(
        reconciliation.known_ids, store_id=session.store.id, order_ids=list(by_id)
    )
    new = {order_id: raw for order_id, raw in by_id.items() if order_id not in stored}
    result.new += len(new)
    due = {order_id: raw for order_id, raw in new.items() if _due(session, raw)}
    await _judge(session, due)


def _due(session: StoreSession, raw: Mapping[str, Any]) -> bool:
    projection = project(raw)
    assert projection is not None
    verdict = judge(
        projection,
        session.store.settings,
        now=session.clock.now(),
        start_from=session.store.start_from,
        scheduled=False,
    )
    if verdict.state == OrderState.IGNORED:
        session.result.ignored += 1
    elif verdict.reason is not None:
        session.result.waiting += 1
    return verdict.state == OrderState.WAITING and verdict.reason is None


async def _judge(session: StoreSession, due: Mapping[str, Mapping[str, Any]]) -> None:
    result, ids = session.result, list(due)
    linked: set[str] = set()
    for start in range(0, len(ids), _ASKED_AT_ONCE):
        found = await find_on_shopify(session, ids[start : start + _ASKED_AT_ONCE])
        linked |= {order_id for order_id, orders in found.items() if orders}
    result.already_on_shopify += len(linked)
    rest = [due[order_id] for order_id in ids if order_id not in linked]
    if rest:
        valid = _valid(session, rest)
        index = await _index(session, valid)
        for order in valid:
            verdict = judge_order(order, index, store_facts(session), now=session.clock.now())
            if isinstance(verdict, Reason):
                result.blocked += 1
            else:
                result.created += 1


def _valid(session: StoreSession, raws: Sequence[Mapping[str, Any]]) -> list[TikTokOrder]:
    failed = validate_batch(list(enumerate(raws))).failed
    session.result.blocked += len(failed)
    return [parse_order(raw) for number, raw in enumerate(raws) if number not in failed]


async def _index(session: StoreSession, orders: Sequence[TikTokOrder]) -> VariantIndex:
    """The local index, and what Shopify says of SKUs it lacks, kept in memory alone."""
    needed: set[str] = set()
    for order in orders:
        needed |= skus_needed(order)
    index = await session.database.run_read(
        variants.find_variants, store_id=session.store.id, skus=sorted(needed)
    )
    unknown = sorted(sku for sku in needed if not knows(index, sku))
    return with_rows(index, await session.shopify.variants_by_sku(unknown)) if unknown else index

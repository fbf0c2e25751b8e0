"""Comparing TikTok, the ledger and Shopify by order id: what is missing, doubled, altered or unexpected.

The span is compared in slices, so that memory stays flat however many orders it holds. What looks missing is
asked for by id before it is reported, because both platforms' lists lag.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from connector.ledger import reconciliation
from connector.ledger.reconciliation import LedgerOrder
from connector.mapping.agreement import acceptable_totals
from connector.mapping.projection import order_id_of
from connector.services.comparison import Comparison
from connector.services.look_up import find_on_shopify
from connector.services.session import StoreSession
from connector.services.strangers import judge
from connector.shopify.results import FoundOrder
from models.state import OrderState

_ORDERS_PER_SLICE = 20_000
_LONGEST_SLICE = timedelta(days=7)
"""However few orders the ledger knows there: it may be the ledger that lost them."""
_SHOPIFY_EARLIER = timedelta(minutes=1)
"""How much earlier Shopify may date an order than TikTok: what is dated in Shopify's future is set back."""


@dataclass(slots=True)
class _Slice:
    """What the three sides say of one stretch of time; `strangers` are on Shopify's side alone."""

    start: datetime
    end: datetime
    tiktok: dict[str, frozenset[Decimal]]
    ledger: dict[str, LedgerOrder]
    shopify: dict[str, list[FoundOrder]]
    strangers: dict[str, list[FoundOrder]]


async def reconcile(session: StoreSession, start: datetime, end: datetime) -> Comparison:
    """Compare orders placed on TikTok in a stretch of time. Changes nothing."""
    start, end = _whole_second(start), _whole_second(end)
    comparison = Comparison()
    cuts = await session.database.run_read(
        reconciliation.cuts_between,
        store_id=session.store.id,
        start=start,
        end=end,
        every=_ORDERS_PER_SLICE,
    )
    for since, until in _slices(start, end, cuts):
        await _compare(session, comparison, await _read(session, since, until))
    session.result.found = comparison.tiktok
    return comparison


def _slices(start: datetime, end: datetime, cuts: Sequence[datetime]) -> Iterator[tuple[datetime, datetime]]:
    """The span in parts that hold about equally many orders of the ledger, and none longer than a week."""
    for cut in (*cuts, end):
        while start < cut:
            until = min(cut, start + _LONGEST_SLICE)
            yield start, until
            start = until


def _whole_second(instant: datetime) -> datetime:
    """The next whole second: TikTok's times are whole, and both sides must draw the same line."""
    return instant if not instant.microsecond else instant.replace(microsecond=0) + timedelta(seconds=1)


async def _read(session: StoreSession, start: datetime, end: datetime) -> _Slice:
    tiktok: dict[str, frozenset[Decimal]] = {}
    bounds = {"create_from": int(start.timestamp()), "create_to": int(end.timestamp())}
    async for page in session.tiktok.order_pages(**bounds, sort_field="create_time"):
        for raw in page.orders:
            order_id = order_id_of(raw)
            if order_id is not None:
                tiktok[order_id] = acceptable_totals(raw)
    rows = await session.database.run_read(
        reconciliation.orders_between, store_id=session.store.id, start=start, end=end
    )
    ledger = {row.tiktok_order_id: row for row in rows}
    there = await _on_shopify(session, start - _SHOPIFY_EARLIER, end)
    shopify = {each: orders for each, orders in there.items() if each in tiktok or each in ledger}
    strangers = {
        each: orders
        for each, orders in there.items()
        if each not in shopify and any((order.processed_at or start) >= start for order in orders)
    }
    return _Slice(start, end, tiktok, ledger, shopify, strangers)


async def _on_shopify(session: StoreSession, start: datetime, end: datetime) -> dict[str, list[FoundOrder]]:
    """This shop's orders on Shopify by TikTok order id; orders of other origins are left out."""
    found: dict[str, list[FoundOrder]] = {}
    async for order in session.shopify.orders_between(start, end):
        order_id = _tiktok_id(order, session.store.tiktok_shop_id)
        if order_id is not None:
            found.setdefault(order_id, []).append(order)
    return found


def _tiktok_id(order: FoundOrder, shop_id: str) -> str | None:
    if order.custom_id is not None:
        owner, _, order_id = order.custom_id.partition(":")
        return order_id if owner == shop_id else None
    # Other sales channels name their orders there too; those of TikTok are numbers.
    identifier = order.source_identifier or ""
    return identifier if identifier.isdecimal() else None


async def _compare(session: StoreSession, comparison: Comparison, sides: _Slice) -> None:
    await _read_again(session, sides)
    await _ask_for_missing(session, sides)
    comparison.tiktok += len(sides.tiktok)
    comparison.database += len(sides.ledger)
    comparison.shopify += sum(len(orders) for orders in sides.shopify.values())
    comparison.missing_in_database += [each for each in sides.tiktok if each not in sides.ledger]
    for order_id, row in sides.ledger.items():
        _compare_one(comparison, row, sides.shopify.get(order_id, []), sides.tiktok.get(order_id))
    await _judge_strangers(session, comparison, sides)


async def _judge_strangers(session: StoreSession, comparison: Comparison, sides: _Slice) -> None:
    judged = await judge(session, sides.strangers, sides.start, sides.end)
    comparison.unexpected_on_shopify += judged.unexpected
    comparison.shopify += sum(len(sides.strangers[each]) for each in judged.unexpected)
    comparison.missing_in_database += judged.unlisted
    for row, found in judged.rivals:
        _compare_one(comparison, row, found, None)


async def _read_again(session: StoreSession, sides: _Slice) -> None:
    """A sync may be at work: what does not fit is read from the ledger again, after both platforms."""
    doubtful = [order_id for order_id in sides.tiktok if order_id not in sides.ledger]
    doubtful += [
        order_id
        for order_id, row in sides.ledger.items()
        if row.state != OrderState.CREATED and order_id in sides.shopify
    ]
    if doubtful:
        rows = await session.database.run_read(
            reconciliation.orders_by_id, store_id=session.store.id, order_ids=doubtful
        )
        sides.ledger.update(rows)


async def _ask_for_missing(session: StoreSession, sides: _Slice) -> None:
    """Lists lag and times may differ: what is missing from one is asked for by its id."""
    absent = [
        order_id
        for order_id, row in sides.ledger.items()
        if row.state == OrderState.CREATED and order_id not in sides.shopify
    ]
    if absent:
        found = await find_on_shopify(session, absent)
        sides.shopify.update({order_id: orders for order_id, orders in found.items() if orders})


def _compare_one(
    comparison: Comparison, row: LedgerOrder, found: list[FoundOrder], acceptable: frozenset[Decimal] | None
) -> None:
    """Sort an order of the ledger by what Shopify has of it; `acceptable` is None where TikTok lists none."""
    live = [order for order in found if order.cancelled_at is None]
    if len(live) > 1:
        comparison.duplicate_on_shopify.append(row.tiktok_order_id)
    elif row.state == OrderState.CREATED and not found:
        comparison.missing_on_shopify.append(row.tiktok_order_id)
    elif row.state != OrderState.CREATED and live:
        comparison.unexpected_on_shopify.append(row.tiktok_order_id)
    elif found and acceptable is not None and (live or found)[0].total not in acceptable:
        comparison.total_differs.append(row.tiktok_order_id)
    elif row.state == OrderState.CREATED and acceptable is not None:
        comparison.matched += 1

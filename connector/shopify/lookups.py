"""Finding orders again: by unique metafield (a key look-up) and by the search index (late, and lenient)."""

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

from connector.errors import ConfigurationError, Unavailable
from connector.shopify.answers import decimal_in, member, name_in, order_id_in
from connector.shopify.calls import Calls, side_by_side
from connector.shopify.documents import orders_by_custom_id
from connector.shopify.results import FoundOrder
from connector.shopify.search import batches, escaped, search_nodes

BATCH = 50
SMALL_BATCH = 5
"""Orders per look-up request, at first and once more. No limit of search terms is documented."""
PAGE = 250
LONGEST_SEARCH = 20_000
_SEARCH_PAGES_AT_MOST = 8
_NOT_FOUND = frozenset({"NOT_FOUND"})
_PLAIN = re.compile(r"[0-9A-Za-z_-]+")

SortedBy = Literal["processed_at", "created_at"]


async def by_custom_ids(
    calls: Calls, values: Sequence[str], *, namespace: str, key: str
) -> dict[str, FoundOrder]:
    """The orders that carry these values in the unique metafield; a value that no order has is left out.

    Raises ConfigurationError when the metafield's definition is missing, because then nothing is ever found.
    """
    unique = list(dict.fromkeys(values))
    found = await side_by_side(
        _look_up(calls, batch, namespace=namespace, key=key) for batch in batches(unique, BATCH)
    )
    return {value: order for hits in found for value, order in hits.items()}


async def _look_up(calls: Calls, batch: Sequence[str], *, namespace: str, key: str) -> dict[str, FoundOrder]:
    variables = {
        f"i{number}": {"customId": {"namespace": namespace, "key": key, "value": value}}
        for number, value in enumerate(batch)
    }
    answer = await calls.read(orders_by_custom_id(len(batch)), variables, expected=_NOT_FOUND)
    if any("definition" in error.message.lower() for error in answer.errors):
        raise ConfigurationError(
            "this Shopify store has no definition of the connector's unique order metafield: repeat "
            "connector store add, which makes it"
        )
    data = answer.data or {}
    hits: dict[str, FoundOrder] = {}
    for number, value in enumerate(batch):
        node = data.get(f"o{number}")
        if node is not None:
            hits[value] = found_order(node, custom_id=value)
        elif f"o{number}" not in data and not (len(batch) == 1 and answer.errors):
            hits |= await _look_up_alone(calls, value, len(batch), namespace=namespace, key=key)
    return hits


async def _look_up_alone(
    calls: Calls, value: str, asked_with: int, *, namespace: str, key: str
) -> dict[str, FoundOrder]:
    """Should one missing order void the whole answer, each order is asked for by itself."""
    if asked_with == 1:
        raise Unavailable("Shopify left a look-up unanswered", platform="shopify")
    return await _look_up(calls, [value], namespace=namespace, key=key)


async def by_source_identifiers(
    calls: Calls, ids: Sequence[str], *, namespace: str, key: str
) -> dict[str, list[FoundOrder]]:
    """All orders whose `sourceIdentifier` equals one of these; ids without a hit are left out.

    The search index runs seconds behind, so an empty answer is no proof. Ids that a batch did not find are
    asked for again in smaller ones, lest Shopify has dropped terms without a word. Raises Unavailable when
    it did not understand the search, or answers as if it had not.
    """
    search = _SourceSearch(calls, namespace, key)
    wanted = [value for value in dict.fromkeys(ids) if _PLAIN.fullmatch(value)]
    found = await search.all_of(wanted, BATCH)
    if len(wanted) > SMALL_BATCH:
        found |= await search.all_of([value for value in wanted if value not in found], SMALL_BATCH)
    return found


@dataclass(frozen=True, slots=True)
class _SourceSearch:
    calls: Calls
    namespace: str
    key: str

    async def all_of(self, wanted: Sequence[str], size: int) -> dict[str, list[FoundOrder]]:
        hits = await side_by_side(self._one_batch(batch) for batch in batches(wanted, size))
        return {value: orders for found in hits for value, orders in found.items()}

    async def _one_batch(self, batch: Sequence[str]) -> dict[str, list[FoundOrder]]:
        query = " OR ".join(f'source_identifier:"{value}"' for value in batch)
        found: dict[str, list[FoundOrder]] = {}
        rows = _search(self.calls, query, "CREATED_AT", self.namespace, self.key, pages=_SEARCH_PAGES_AT_MOST)
        async for order in rows:
            if (source := order.source_identifier) is not None and source in batch:
                found.setdefault(source, []).append(order)
        return found


async def between(
    calls: Calls,
    start: datetime,
    end: datetime,
    *,
    by: SortedBy,
    tag: str | None,
    namespace: str,
    key: str,
) -> AsyncIterator[FoundOrder]:
    """The orders of `start` ≤ time < `end`, oldest first, all of the store or those with a tag.

    Without the scope read_all_orders Shopify shows the last 60 days only. It ends a search after 25,000
    orders, so a longer one goes on from the time of its last order.
    """
    tagged = "" if tag is None else f' tag:"{escaped(tag)}"'
    known: set[str] = set()
    while True:
        query = f"{by}:>='{_instant(start)}' {by}:<'{_instant(end)}'{tagged}"
        seen: set[str] = set()
        latest = start
        async for order in _search(calls, query, by.upper(), namespace, key, pages=None):
            seen.add(order.id)
            latest = max(latest, order.created_at if by == "created_at" else order.processed_at or latest)
            if order.id not in known:
                yield order
            if len(seen) >= LONGEST_SEARCH and latest > start:
                break
        else:
            return
        known, start = seen, latest


async def _search(
    calls: Calls, query: str, sort_key: str, namespace: str, key: str, *, pages: int | None
) -> AsyncIterator[FoundOrder]:
    variables = {
        "query": query,
        "first": PAGE,
        "after": None,
        "sortKey": sort_key,
        "namespace": namespace,
        "key": key,
    }
    async for node in search_nodes(calls, "search_orders", "orders", variables, pages=pages):
        yield found_order(node, custom_id=None)


def found_order(node: object, *, custom_id: str | None) -> FoundOrder:
    """An order of an answer; raises Unavailable when what identifies it is missing."""
    order_id, created_at = order_id_in(node), _parsed(member(node, "createdAt"))
    if order_id is None or created_at is None:
        raise Unavailable("Shopify returned an order without id or date", platform="shopify")
    money = member(member(node, "totalPriceSet"), "shopMoney")
    source = member(node, "sourceIdentifier")
    held = member(member(node, "customId"), "value") if custom_id is None else custom_id
    tags = member(node, "tags")
    return FoundOrder(
        id=order_id,
        name=name_in(node),
        source_identifier=source if isinstance(source, str) else None,
        custom_id=held if isinstance(held, str) else None,
        created_at=created_at,
        processed_at=_parsed(member(node, "processedAt")),
        cancelled_at=_parsed(member(node, "cancelledAt")),
        total=_amount(member(money, "amount")),
        currency=str(member(money, "currencyCode") or ""),
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, list) else (),
    )


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed.astimezone(UTC) if parsed.tzinfo is not None else None


def _amount(value: object) -> Decimal:
    amount = decimal_in(value)
    if amount is None:
        raise Unavailable("Shopify returned an order without a readable total", platform="shopify")
    return amount

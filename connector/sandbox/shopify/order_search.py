"""What `orders(query:)` can ask, and how orders are sorted."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import lru_cache
from typing import Any

from connector.sandbox.shopify.call import Call
from connector.sandbox.shopify.order_views import financial_status, fulfillment_status
from connector.sandbox.shopify.orderbook import VISIBLE_FOR, OrderBook
from connector.sandbox.shopify.paging import Ordered
from connector.sandbox.shopify.records import Order, legacy_id
from connector.sandbox.shopify.search import Query, SearchFields, any_word, instants, read_query, words
from connector.sandbox.shopify.search_syntax import Term
from connector.sandbox.shopify.world import ShopifyWorld

SORT_KEYS: dict[str, Callable[[Order], Any]] = {
    "CREATED_AT": lambda order: order.created_at,
    "PROCESSED_AT": lambda order: order.processed_at,
    "UPDATED_AT": lambda order: order.updated_at,
    "ID": lambda order: int(legacy_id(order.id)),
    "ORDER_NUMBER": lambda order: order.number,
    "TOTAL_PRICE": lambda order: order.total,
    "CURRENT_TOTAL_PRICE": lambda order: order.total,
}


def _metafield(order: Order, term: Term) -> bool:
    namespace, _, key = term.field.removeprefix("metafields.").rpartition(".")
    wanted = term.value.casefold()
    return any(
        held.namespace.casefold() == namespace
        and held.key.casefold() == key
        and held.value.casefold() == wanted
        for held in order.metafields
    )


def _open(order: Order) -> Iterable[str]:
    if order.cancelled_at is not None:
        return ("cancelled", "any")
    return ("closed" if order.closed_at is not None else "open", "any")


def _fields(book: OrderBook) -> SearchFields[Order]:
    return SearchFields(
        matchers={
            "id": words(lambda order: legacy_id(order.id)),
            "name": words(lambda order: order.name),
            "source_identifier": words(lambda order: order.source_identifier),
            "source_name": words(lambda order: order.source_name),
            "tag": any_word(lambda order: order.tags),
            "tag_not": lambda order, term: (
                term.value.casefold() not in {tag.casefold() for tag in order.tags}
            ),
            "email": words(lambda order: order.email),
            "po_number": words(lambda order: order.po_number),
            "created_at": instants(lambda order: order.created_at),
            "updated_at": instants(lambda order: order.updated_at),
            "processed_at": instants(lambda order: order.processed_at),
            "financial_status": words(financial_status),
            "fulfillment_status": words(fulfillment_status),
            "status": any_word(_open),
            "sku": any_word(lambda order: [line.sku or "" for line in order.lines]),
        },
        lookups={"source_identifier": book.with_source, "name": book.with_name},
        spans={"processed_at": book.processed_between},
        prefixes={"metafields.": _metafield},
        default=("name", "source_identifier", "email", "tag"),
    )


class OrderSearch:
    """Answers `orders(query:, sortKey:)`; the last answers are kept, so that paging does not search again."""

    def __init__(self, world: ShopifyWorld) -> None:
        self._world = world
        self._fields = _fields(world.book)
        self._read = lru_cache(maxsize=512)(
            lambda text, limit: read_query(text, self._fields, limit),
        )
        self._sorted = lru_cache(maxsize=8)(self._sort)

    def find(self, call: Call, text: str | None, sort_key: str) -> list[Order]:
        """The matching orders, sorted; warnings go to `call.search`."""
        query: Query[Order] = self._read(text or "", call.world.switches.search_terms_limit)
        if query.warnings:
            call.search.append({"path": ["orders"], "query": query.text, "warnings": query.warnings})
        if query.narrow:
            found = sorted(query.select(()), key=_key(sort_key))
        else:
            found = self._sorted(
                query.text, sort_key, self._world.book.version, call.world.switches.search_terms_limit
            )
        return self._visible(call, found)

    def _sort(self, text: str, sort_key: str, _version: int, limit: int | None) -> list[Order]:
        return Ordered(sorted(self._read(text, limit).select(self._world.book), key=_key(sort_key)))

    def _visible(self, call: Call, found: list[Order]) -> list[Order]:
        lag = call.world.switches.search_lag
        if lag:
            indexed = call.now - timedelta(seconds=lag)
            found = [order for order in found if order.created_at <= indexed]
        if not call.may("read_all_orders"):
            oldest = call.now - VISIBLE_FOR
            found = [order for order in found if order.created_at >= oldest]
        return found


def _key(sort_key: str) -> Callable[[Order], Any]:
    chosen = SORT_KEYS.get(sort_key, SORT_KEYS["ID"])
    return lambda order: (chosen(order), int(legacy_id(order.id)))

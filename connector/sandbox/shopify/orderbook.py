"""The orders of one shop with the indexes that look-ups need."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from connector.sandbox.shopify.records import Order

VISIBLE_FOR = timedelta(days=60)
"""Older orders are hidden from apps without `read_all_orders`."""


class OrderBook:
    """Orders by id, by `sourceIdentifier` and by name, oldest first; `version` grows with every change."""

    def __init__(self) -> None:
        self.version = 0
        self._orders: dict[str, Order] = {}
        self._by_source: dict[str, list[Order]] = {}
        self._by_name: dict[str, list[Order]] = {}
        self._dated: list[Order] = []
        self._dated_version = -1

    def __len__(self) -> int:
        return len(self._orders)

    def __iter__(self) -> Iterator[Order]:
        return iter(self._orders.values())

    def get(self, order_id: str) -> Order | None:
        """The order of a global id."""
        return self._orders.get(order_id)

    def add(self, order: Order) -> None:
        """Keep a new order."""
        self._orders[order.id] = order
        if order.source_identifier:
            self._by_source.setdefault(order.source_identifier, []).append(order)
        self._by_name.setdefault(order.name.casefold(), []).append(order)
        self.version += 1

    def remove(self, order: Order) -> None:
        """Forget an order."""
        del self._orders[order.id]
        if order.source_identifier:
            self._by_source[order.source_identifier].remove(order)
        self._by_name[order.name.casefold()].remove(order)
        self.version += 1

    def touch(self, order: Order, now: datetime) -> None:
        """Note that an order has changed."""
        order.updated_at = now
        self.version += 1

    def with_source(self, source_identifier: str) -> list[Order]:
        """The orders of a `sourceIdentifier`."""
        return list(self._by_source.get(source_identifier, ()))

    def with_name(self, name: str) -> list[Order]:
        """The orders of a name, case ignored; names are not unique."""
        return list(self._by_name.get(name.casefold(), ()))

    def processed_between(self, low: datetime | None, high: datetime | None) -> list[Order]:
        """The orders of low ≤ `processedAt` ≤ high; None is no bound."""
        if self._dated_version != self.version:
            self._dated = sorted(self._orders.values(), key=_processed_at)
            self._dated_version = self.version
        start = 0 if low is None else bisect_left(self._dated, low, key=_processed_at)
        end = len(self._dated) if high is None else bisect_right(self._dated, high, key=_processed_at)
        return self._dated[start:end]

    def sources(self) -> dict[str, list[Order]]:
        """All orders that have a `sourceIdentifier`, by it."""
        return {source: list(orders) for source, orders in self._by_source.items() if orders}


def _processed_at(order: Order) -> datetime:
    return order.processed_at

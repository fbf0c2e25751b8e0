"""The orders of one shop, kept in order of creation and of change."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from typing import Any

from connector.sandbox.tiktok.facts import OpenFacts
from connector.sandbox.tiktok.stored_order import StoredOrder

SortKey = tuple[int, int]


class ShopBook:
    """All orders of one shop with two sorted indexes, so that a page costs no walk through all of them.

    What the search lists may lag behind what the detail shows, by `OpenFacts.search_lag`.
    """

    def __init__(self, facts: OpenFacts) -> None:
        self.orders: dict[str, StoredOrder] = {}
        self._facts = facts
        self._listed: dict[int, StoredOrder] = {}
        self._unlisted: list[tuple[int, StoredOrder]] = []
        self._by: dict[str, list[SortKey]] = {"create_time": [], "update_time": []}

    def add(self, order: StoredOrder, now: int) -> None:
        """Take a new order in; raises ValueError for one that is there already."""
        if order.key in self.orders:
            raise ValueError(f"order {order.key} is in this shop already")
        self._put(order, now)

    def change(self, key: str, edit: Callable[[Any], None], now: int) -> StoredOrder:
        """Apply `edit` to a copy of an order's document, which then takes its place."""
        changed = self.orders[key].changed(edit, now)
        self._put(changed, now)
        return changed

    def remove(self, key: str) -> None:
        """Forget an order, as if it had never been."""
        order = self.orders.pop(key)
        self._unlisted = [entry for entry in self._unlisted if entry[1].serial != order.serial]
        self._unlist(order.serial)

    def settle(self, now: int) -> None:
        """List what the search has not seen yet and is due by `now`."""
        due = [order for at, order in self._unlisted if at <= now]
        self._unlisted = [entry for entry in self._unlisted if entry[0] > now]
        for order in due:
            self._list(order)

    def span(self, field: str, low: int | None, high: int | None) -> tuple[list[SortKey], int, int]:
        """The index of `create_time` or `update_time` and the positions of low ≤ time < high in it."""
        index = self._by[field]
        start = 0 if low is None else bisect_left(index, (low, -1))
        end = len(index) if high is None else bisect_left(index, (high, -1))
        return index, start, max(start, end)

    def at(self, serial: int) -> StoredOrder | None:
        """The order with a serial number as the search lists it, unless it was removed."""
        return self._listed.get(serial)

    def __iter__(self) -> Iterator[StoredOrder]:
        return iter(self.orders.values())

    def __len__(self) -> int:
        return len(self.orders)

    def _put(self, order: StoredOrder, now: int) -> None:
        self.orders[order.key] = order
        lag = int(self._facts.search_lag.total_seconds())
        if lag:
            self._unlisted.append((now + lag, order))
        else:
            self._list(order)

    def _list(self, order: StoredOrder) -> None:
        self._unlist(order.serial)
        self._listed[order.serial] = order
        for name, index in self._by.items():
            insort(index, (getattr(order, name), order.serial))

    def _unlist(self, serial: int) -> None:
        known = self._listed.pop(serial, None)
        if known is not None:
            for name, index in self._by.items():
                del index[bisect_left(index, (getattr(known, name), serial))]

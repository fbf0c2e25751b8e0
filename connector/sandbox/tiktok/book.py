"""The orders of one shop: kept in order of creation and of change, served as ready-made JSON."""

import copy
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from typing import Any

import orjson

from connector.sandbox.tiktok.facts import OpenFacts
from connector.sandbox.tiktok.privacy import View, shown_address, view_of

_DETAIL_ONLY = {
    "payment_method_code": "pm_pi_ccdc_visa_c_d",
    "payment_card_type": "Debit",
    "payment_auth_code": "",
    "channel_entity_national_registry_id": "",
}
_BUNDLE_FIELDS = ("combined_listing_skus", "sub_item_info")

SortKey = tuple[int, int]


class StoredOrder:
    """One order; its document is made on first need and its JSON is kept until it changes.

    `document` is anything JSON can say: a test may put an order there that is no order.
    """

    __slots__ = ("_document", "_maker", "_shown", "create_time", "key", "serial", "update_time")

    def __init__(self, key: str, serial: int, create_time: int, update_time: int) -> None:
        self.key = key
        self.serial = serial
        self.create_time = create_time
        self.update_time = update_time
        self._document: Any = None
        self._maker: Callable[[], Any] | None = None
        self._shown: dict[tuple[View, bool], bytes] = {}

    @classmethod
    def of(cls, key: str, serial: int, document: Any, now: int) -> "StoredOrder":
        """An order with its document; times it lacks are taken as `now`."""
        order = cls(key, serial, _time(document, "create_time", now), _time(document, "update_time", now))
        order._document = document
        return order

    @classmethod
    def later(cls, key: str, serial: int, at: int, maker: Callable[[], Any]) -> "StoredOrder":
        """An order whose document is made each time it is asked for, until it is changed."""
        order = cls(key, serial, at, at)
        order._maker = maker
        return order

    @property
    def document(self) -> Any:
        """The order with nothing masked; change it through `ShopBook.change` only."""
        return self._maker() if self._maker is not None else self._document

    def changed(self, edit: Callable[[Any], None], now: int) -> "StoredOrder":
        """A changed copy; the order itself stays what it was."""
        document = copy.deepcopy(self.document)
        edit(document)
        order = StoredOrder(self.key, self.serial, self.create_time, _time(document, "update_time", now))
        order._document = document
        return order

    def shown(self, now: int, facts: OpenFacts, *, detail: bool) -> bytes:
        """The order's JSON as TikTok shows it at an instant, in the search or in the detail."""
        document = self.document
        if not isinstance(document, dict):
            return orjson.dumps(document)
        view = view_of(document, now, facts)
        ready = self._shown.get((view, detail))
        if ready is None:
            ready = orjson.dumps(_visible(document, view, facts, detail=detail))
            if self._maker is None:
                self._shown[view, detail] = ready
        return ready


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


def _visible(document: dict[str, Any], view: View, facts: OpenFacts, *, detail: bool) -> dict[str, Any]:
    visible = dict(document)
    if view is View.ABSENT:
        visible.pop("recipient_address", None)
    elif "recipient_address" in visible:
        visible["recipient_address"] = shown_address(document, view)
    if detail:
        return {**visible, **_DETAIL_ONLY}
    if not facts.bundle_parts_in_search and isinstance(visible.get("line_items"), list):
        visible["line_items"] = [_without_parts(unit) for unit in visible["line_items"]]
    return visible


def _without_parts(unit: Any) -> Any:
    if not isinstance(unit, dict):
        return unit
    return {name: value for name, value in unit.items() if name not in _BUNDLE_FIELDS}


def _time(document: Any, name: str, otherwise: int) -> int:
    value = document.get(name) if isinstance(document, dict) else None
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
    return value if sound and isinstance(value, int) else otherwise

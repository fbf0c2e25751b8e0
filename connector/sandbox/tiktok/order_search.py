"""Finds the orders of a search and cuts them into pages, in each of the ways TikTok may do it."""

from collections.abc import Iterator
from typing import Any

from connector.sandbox.tiktok.book import ShopBook, SortKey
from connector.sandbox.tiktok.paging import Query, page_token
from connector.sandbox.tiktok.refusals import Refusal
from connector.sandbox.tiktok.stored_order import StoredOrder

_TIMES = ("create_time_ge", "create_time_lt", "update_time_ge", "update_time_lt")
_EQUALS = {
    "order_status": "status",
    "shipping_type": "shipping_type",
    "buyer_user_id": "user_id",
    "is_buyer_request_cancel": "is_buyer_request_cancel",
}


def read_filters(body: dict[str, Any]) -> dict[str, Any]:
    """The filters of a search; raises Refusal 36009004 for a time that is none."""
    for name in _TIMES:
        value = body.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise Refusal(36009004, f"Invalid parameter. param body.{name} is invalid.")
    return {name: value for name, value in body.items() if value is not None}


def find_page(book: ShopBook, query: Query, now: int, paging: str) -> tuple[list[StoredOrder], int, str]:
    """The orders of one page, the count of all that match, and the next page's token (`""`: the last)."""
    if paging == "snapshot":
        return _snapshot_page(book, query, now)
    keys, total = _matching(book, query)
    start = 0 if query.token is None else _resume(keys, query, paging)
    chosen = keys[start : start + query.page_size]
    orders = [order for _, serial in chosen if (order := book.at(serial)) is not None]
    if start + query.page_size >= len(keys):
        return orders, total, ""
    return orders, total, page_token(query, now, key=chosen[-1], offset=start + query.page_size)


def _snapshot_page(book: ShopBook, query: Query, now: int) -> tuple[list[StoredOrder], int, str]:
    if query.token is None:
        keys, total = _matching(book, query)
        serials = [serial for _, serial in keys]
    else:
        serials, total = query.token["serials"], query.token["total"]
    orders = [order for serial in serials[: query.page_size] if (order := book.at(serial)) is not None]
    rest = serials[query.page_size :]
    return orders, total, page_token(query, now, serials=rest, total=total) if rest else ""


class _Keys:
    """The sort keys of a result in the asked order; a plain range of the index costs no walk through it."""

    __slots__ = ("_descending", "_end", "_index", "_start")

    def __init__(self, index: list[SortKey], start: int, end: int, *, descending: bool) -> None:
        self._index, self._start, self._end, self._descending = index, start, end, descending

    def __len__(self) -> int:
        return self._end - self._start

    def __getitem__(self, part: slice) -> list[SortKey]:
        low, high, _ = part.indices(len(self))
        if self._descending:
            return self._index[self._end - high : self._end - low][::-1]
        return self._index[self._start + low : self._start + high]

    def __iter__(self) -> Iterator[SortKey]:
        return iter(self[0 : len(self)])

    def after(self, key: SortKey) -> int:
        """The position of the first key that comes after `key`."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            here = self[middle : middle + 1][0]
            if (here >= key) if self._descending else (here <= key):
                low = middle + 1
            else:
                high = middle
        return low


def _matching(book: ShopBook, query: Query) -> tuple[_Keys, int]:
    field = query.sort_field
    low, high = query.filters.get(f"{field}_ge"), query.filters.get(f"{field}_lt")
    index, start, end = book.span(field, low, high)
    rest = {name: value for name, value in query.filters.items() if not name.startswith(field)}
    if rest:
        index = [key for key in index[start:end] if _fits(book.at(key[1]), rest)]
        start, end = 0, len(index)
    keys = _Keys(index, start, end, descending=query.descending)
    return keys, len(keys)


def _resume(keys: _Keys, query: Query, paging: str) -> int:
    assert query.token is not None
    if paging == "offset":
        return int(query.token["offset"])
    time, serial = query.token["key"]
    return keys.after((time, serial))


def _fits(order: StoredOrder | None, filters: dict[str, Any]) -> bool:
    if order is None:
        return False
    for name, wanted in filters.items():
        if name in _TIMES:
            value = order.create_time if name.startswith("create") else order.update_time
            if value < wanted if name.endswith("_ge") else value >= wanted:
                return False
        elif not _has(order.document, name, wanted):
            return False
    return True


def _has(document: Any, name: str, wanted: Any) -> bool:
    if not isinstance(document, dict):
        return False
    if name == "warehouse_ids":
        return document.get("warehouse_id") in wanted
    return name not in _EQUALS or document.get(_EQUALS[name]) == wanted

"""Connections: a slice of a sorted list with opaque cursors that stay valid while the list changes."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

from connector.sandbox.shopify.records import legacy_id

LARGEST_PAGE = 250


@dataclass(slots=True)
class Connection:
    """One page."""

    nodes: list[Any]
    page_info: dict[str, Any]
    cursor_of: Callable[[Any], str]

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"cursor": self.cursor_of(node), "node": node} for node in self.nodes]


class Ordered(list[Any]):
    """Sorted records that remember where each one is, so that turning a page needs no search."""

    def place(self, number: str) -> int | None:
        """The place of the record with this number."""
        if not hasattr(self, "_places"):
            self._places = {identity(record): spot for spot, record in enumerate(self)}
        return self._places.get(number)


def identity(record: Any) -> str:
    """What a cursor remembers of a record: the number of its id."""
    return legacy_id(record["id"] if isinstance(record, dict) else record.id)


def connect(records: Sequence[Any], arguments: dict[str, Any], *, everything: bool = False) -> Connection:
    """The page that `first`/`after` or `last`/`before` (and `reverse`) ask of sorted records."""
    records = records if isinstance(records, Ordered) else Ordered(records)
    if arguments.get("reverse"):
        records = Ordered(reversed(records))
    if everything:
        return _connection(records, 0, len(records))
    first, last = arguments.get("first"), arguments.get("last")
    if (first is None) == (last is None):
        raise GraphQLError("you must provide one of first or last", extensions={"code": "BAD_USER_INPUT"})
    size = first if first is not None else last
    if size is None or not 0 < size <= LARGEST_PAGE:
        raise GraphQLError(
            f"Limit must be between 1 and {LARGEST_PAGE}", extensions={"code": "BAD_USER_INPUT"}
        )
    start, end = _bounds(records, arguments)
    if first is not None:
        return _connection(records, start, min(end, start + size))
    return _connection(records, max(start, end - size), end)


def encode(number: str) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(f"cursor:{number}".encode()).decode()


def _bounds(records: Ordered, arguments: dict[str, Any]) -> tuple[int, int]:
    start, end = 0, len(records)
    if arguments.get("after"):
        start = _place(records, arguments["after"]) + 1
    if arguments.get("before"):
        end = _place(records, arguments["before"])
    return start, end


def _place(records: Ordered, cursor: str) -> int:
    try:
        number = base64.urlsafe_b64decode(cursor).decode().removeprefix("cursor:")
    except ValueError:
        number = ""
    place = records.place(number)
    if place is None:
        raise GraphQLError(
            "Invalid cursor for current pagination sort.", extensions={"code": "BAD_USER_INPUT"}
        )
    return place


def _connection(records: Sequence[Any], start: int, end: int) -> Connection:
    nodes = list(records[start:end])
    info = {
        "hasNextPage": end < len(records),
        "hasPreviousPage": start > 0,
        "startCursor": encode(identity(nodes[0])) if nodes else None,
        "endCursor": encode(identity(nodes[-1])) if nodes else None,
    }
    return Connection(nodes, info, lambda node: encode(identity(node)))

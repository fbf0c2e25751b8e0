"""A page of orders on PostgreSQL at the same speed wherever it is and however rare what it shows.

Frequent orders are met by going down from where the page begins. Rare ones are not, so going down ends after
a fixed number of orders, and then what is asked for is gathered and sorted: facet by facet, each by an index
in the order of the page, or from the hits of a search.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, FromClause, Select, and_, column, func, or_, select, true
from sqlalchemy.orm import Session

from connector.ledger.filters import OrderFilters, placed
from connector.ledger.search_index import FACET_OF_ORDER, SEARCH, among, numbered
from connector.ledger.tables import ORDERS

_WALKED = 20_000
"""How many orders are gone through before another way is taken; some 10 ms."""
_FREQUENT = 4_000
"""Fewer orders than these are gathered at once: a walk would hardly meet a page of them among a million."""

Position = tuple[datetime, int]
"""Where a page begins: below this creation time and primary key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the pages show: orders placed as the filters say, that are `hits` and of these facets (None: all).

    `expected` is how many there are on all pages together.
    """

    filters: OrderFilters
    hits: list[ColumnElement[bool]]
    facets: list[int] | None
    expected: int

    @property
    def fits(self) -> list[ColumnElement[bool]]:
        """Conditions on `order_search` but for the time."""
        return [*self.hits, *([] if self.facets is None else [among(SEARCH.c.facet, self.facets)])]


def page(session: Session, asked: Asked, *, limit: int, after: Position | None) -> list[int]:
    """Primary keys of the newest orders asked for below a position, newest first."""
    if not asked.expected:
        return []
    if not asked.fits:
        return _pks(session, _newest(SEARCH, _window(asked, SEARCH, SEARCH.c.order_id, after)).limit(limit))
    if asked.expected >= _FREQUENT:
        walked = _pks(session, _walk(asked, after).limit(limit))
        if len(walked) == limit:
            return walked
    if asked.hits or asked.facets is None:
        return _pks(session, _sorted(asked, after).limit(limit))
    return _pks(session, _each_facet(asked.facets, asked, limit, after).limit(limit))


def below(
    created_at: ColumnElement[datetime], pk: ColumnElement[int], position: Position
) -> ColumnElement[bool]:
    """Below a position. Two conditions instead of a row value, the first a bound an index can start at."""
    at, last = position
    return and_(created_at <= at, or_(created_at < at, pk < last))


def _pks(session: Session, query: Select[Any]) -> list[int]:
    return list(session.scalars(query))


def _window(
    asked: Asked, table: FromClause, pk: ColumnElement[int], after: Position | None
) -> list[ColumnElement[bool]]:
    from_position = [] if after is None else [below(table.c.created_at, pk, after)]
    return [*placed(asked.filters, table), *from_position]


def _newest(table: FromClause, wanted: list[ColumnElement[bool]], *more: ColumnElement[Any]) -> Select[Any]:
    pk = table.c.order_id
    return select(pk, *more).where(*wanted).order_by(table.c.created_at.desc(), pk.desc())


def _walk(asked: Asked, after: Position | None) -> Select[Any]:
    window = _window(asked, SEARCH, SEARCH.c.order_id, after)
    met = (
        _newest(SEARCH, window, SEARCH.c.created_at, and_(*asked.fits).label("fits"))
        .limit(_WALKED)
        .subquery()
    )
    return _newest(met, [met.c.fits])


def _sorted(asked: Asked, after: Position | None) -> Select[Any]:
    """OFFSET keeps the planner from going down an index past everything that is no hit."""
    window = _window(asked, SEARCH, SEARCH.c.order_id, after)
    hits = select(SEARCH.c.order_id, SEARCH.c.created_at).where(*asked.fits, *window).offset(0).subquery()
    return _newest(hits, [])


def _each_facet(facets: list[int], asked: Asked, limit: int, after: Position | None) -> Select[Any]:
    numbers = func.unnest(numbered(facets)).table_valued(column("id", BigInteger), name="facet")
    facet = numbers.render_derived()
    window = _window(asked, ORDERS, ORDERS.c.id, after)
    newest = select(ORDERS.c.id.label("order_id"), ORDERS.c.created_at)
    newest = newest.where(facet.c.id == FACET_OF_ORDER, *window)
    newest = newest.order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc()).limit(limit)
    each = newest.lateral("newest")
    return (
        select(each.c.order_id)
        .join_from(facet, each, true())
        .order_by(each.c.created_at.desc(), each.c.order_id.desc())
    )

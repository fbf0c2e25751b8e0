"""Lists and counts on PostgreSQL, from the narrow tables of `connector.ledger.search_index`.

What only asks for facets is counted by the tally; what asks for a customer or a product is counted in
`order_search`. How a page is found is told by `connector.ledger.paging`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from connector.ledger import facets, paging
from connector.ledger.filters import OrderFilters, contains, of_customer, placed
from connector.ledger.paging import Position
from connector.ledger.search_index import PRODUCTS, SEARCH, among, holding
from connector.mapping.projection import fold
from models.text import storable

_FEW = 2_000
"""So many hits of a search are read at once, and counted and sorted here."""


@dataclass(frozen=True, slots=True)
class Found:
    """Orders per status, and the primary keys of a page, newest first."""

    by_status: dict[str, int]
    pks: list[int]


def find(session: Session, *, filters: OrderFilters, limit: int, after: Position | None) -> Found:
    """One page of primary keys and the counts; raises UsageError for a store that is not there."""
    fitting = facets.fitting(session, filters)
    hits = matching(session, filters)
    wanted = [*hits, *placed(filters, SEARCH), *([] if fitting is None else [among(SEARCH.c.facet, fitting)])]
    few = _few(session, wanted) if hits else None
    if few is not None:
        counts: dict[int, int] = Counter(row.facet for row in few)
    else:
        counts = _count(session, wanted) if hits else facets.tallied(session, filters, fitting)
    status_of = facets.statuses(session) if fitting is None else fitting
    by_status: Counter[str] = Counter()
    for facet, n in counts.items():
        by_status[status_of[facet]] += n
    shown = [facet for facet in counts if not filters.status or status_of[facet] in filters.status]
    if few is not None:
        return Found(dict(by_status), _page(few, set(shown), limit, after))
    everything = fitting is None and len(shown) == len(counts)
    expected = sum(counts[facet] for facet in shown)
    asked = paging.Asked(filters, hits, None if everything else shown, expected)
    return Found(dict(by_status), paging.page(session, asked, limit=limit, after=after))


def matching(session: Session, filters: OrderFilters) -> list[ColumnElement[bool]]:
    """Conditions on `order_search` of the filters that speak of a customer or a product."""
    wanted = of_customer(session, filters, SEARCH.c.order_id, SEARCH.c.customer_key)
    if filters.product and fold(filters.product):
        wanted.append(_holding(session, contains(session, PRODUCTS.c.product_key, fold(filters.product))))
    if filters.product_id:
        wanted.append(_holding(session, PRODUCTS.c.product_id == storable(filters.product_id.strip())))
    return wanted


def _holding(session: Session, wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    return holding(session.scalars(select(PRODUCTS.c.ref).where(wanted).distinct()))


def _few(session: Session, wanted: Sequence[ColumnElement[bool]]) -> Sequence[Row[Any]] | None:
    """All hits when they are few, in one pass for counts and page; None when there are more.

    The planner sees no limit, which would make it hope for hits early on and read everything in vain.
    """
    hits = select(SEARCH.c.facet, SEARCH.c.created_at, SEARCH.c.order_id).where(*wanted)
    each = hits.cte("hits").prefix_with("MATERIALIZED")
    rows = session.execute(select(each).limit(_FEW + 1)).all()
    return rows if len(rows) <= _FEW else None


def _page(few: Sequence[Row[Any]], shown: set[int], limit: int, after: Position | None) -> list[int]:
    places = ((row.created_at, row.order_id) for row in few if row.facet in shown)
    newest = sorted((place for place in places if after is None or place < after), reverse=True)
    return [pk for _, pk in newest[:limit]]


def _count(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[int, int]:
    query = select(SEARCH.c.facet, func.count().label("n")).where(*wanted).group_by(SEARCH.c.facet)
    return {row.facet: row.n for row in session.execute(query)}

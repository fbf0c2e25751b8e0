"""Lists and counts on PostgreSQL, from the narrow tables of `connector.ledger.search_index`.

What only asks for facets is counted by the tally; what asks for a customer or a product is counted in
`order_search`. How a page is found is told by `connector.ledger.paging`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from connector.ledger import facets, paging
from connector.ledger.filters import OrderFilters, contains, of_customer, placed
from connector.ledger.paging import Position
from connector.ledger.search_index import PRODUCTS, SEARCH, among, holding
from connector.mapping.projection import fold
from models.text import storable


@dataclass(frozen=True, slots=True)
class Found:
    """Orders per status, and the primary keys of a page, newest first."""

    by_status: dict[str, int]
    pks: list[int]


def find(session: Session, *, filters: OrderFilters, limit: int, after: Position | None) -> Found:
    """One page of primary keys and the counts; raises UsageError for a store that is not there."""
    fitting = facets.fitting(session, filters)
    hits = matching(session, filters)
    counts = _counts(session, filters, hits, fitting)
    status_of = facets.statuses(session) if fitting is None else fitting
    by_status: Counter[str] = Counter()
    for facet, n in counts.items():
        by_status[status_of[facet]] += n
    shown = [facet for facet in counts if not filters.status or status_of[facet] in filters.status]
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


def _counts(
    session: Session,
    filters: OrderFilters,
    hits: Sequence[ColumnElement[bool]],
    fitting: dict[int, str] | None,
) -> dict[int, int]:
    if not hits:
        return facets.tallied(session, filters, fitting)
    query = select(SEARCH.c.facet, func.count().label("n")).where(*hits, *placed(filters, SEARCH))
    if fitting is not None:
        query = query.where(among(SEARCH.c.facet, fitting))
    return {row.facet: row.n for row in session.execute(query.group_by(SEARCH.c.facet))}

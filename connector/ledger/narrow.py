"""Lists and counts on PostgreSQL, from the narrow tables of `connector.ledger.search_index`.

What only asks for facets is counted by the tally; what asks for a customer or a product is counted in
`order_search`, together with the page where the hits are not too many (`connector.ledger.gathering`). How a
page is found otherwise is told by `connector.ledger.paging`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from connector.ledger import facets, paging
from connector.ledger.filters import OrderFilters, contains, of_customer, placed
from connector.ledger.gathering import gather
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
    status_of = facets.statuses(session) if fitting is None else fitting
    hits = matching(session, filters)
    wanted = [*hits, *placed(filters, SEARCH), *([] if fitting is None else [among(SEARCH.c.facet, fitting)])]
    if hits:
        shown = None if not filters.status else _of_status(filters, status_of)
        gathered = gather(session, wanted, shown=shown, limit=limit, after=after)
        if gathered is not None:
            return Found(_by_status(gathered.by_facet, status_of), gathered.pks)
    counts = _count(session, wanted) if hits else facets.tallied(session, filters, fitting)
    shown = _of_status(filters, {facet: status_of[facet] for facet in counts})
    everything = fitting is None and len(shown) == len(counts)
    expected = sum(counts[facet] for facet in shown)
    asked = paging.Asked(filters, hits, None if everything else shown, expected)
    return Found(_by_status(counts, status_of), paging.page(session, asked, limit=limit, after=after))


def _of_status(filters: OrderFilters, status_of: Mapping[int, str]) -> list[int]:
    """The facets on the tabs that are open."""
    return [facet for facet, status in status_of.items() if not filters.status or status in filters.status]


def _by_status(counts: Mapping[int, int], status_of: Mapping[int, str]) -> dict[str, int]:
    by_status: Counter[str] = Counter()
    for facet, n in counts.items():
        by_status[status_of[facet]] += n
    return dict(by_status)


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


def _count(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[int, int]:
    query = select(SEARCH.c.facet, func.count().label("n")).where(*wanted).group_by(SEARCH.c.facet)
    return {row.facet: row.n for row in session.execute(query)}

"""The hits of a search gathered once on PostgreSQL, for the counts and the page in one statement.

Counting and paging apart would go through everything a common name fits twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, null, select, union_all
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement, Executable

from connector.ledger.paging import Position, below
from connector.ledger.search_index import SEARCH, among

_EXPECTED = 25_000
"""More hits than these are counted alone: they are frequent enough to be met on the way to a page."""
_GATHERED = 60_000
"""So many hits, some 3 MB, are kept aside at most where the planner expected too few."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Orders per facet, and the primary keys of a page, newest first."""

    by_facet: dict[int, int]
    pks: list[int]


def gather(
    session: Session,
    wanted: Sequence[ColumnElement[bool]],
    *,
    shown: Sequence[int] | None,
    limit: int,
    after: Position | None,
) -> Gathered | None:
    """Counts of all that is wanted, and the page of the facets shown (None: all); None for too many hits.

    The planner's guess spares an attempt in vain; where it guesses too low, the attempt ends by itself.
    """
    fitting = select(SEARCH.c.facet, SEARCH.c.created_at, SEARCH.c.order_id).where(*wanted)
    if _guess(session, fitting) > min(_EXPECTED, _GATHERED):
        return None
    rows = session.execute(_counts_and_page(fitting, shown, limit, after)).all()
    by_facet = {row.facet: row.n for row in rows if row.order_id is None}
    if sum(by_facet.values()) > _GATHERED:
        return None
    page = sorted(((row.created_at, row.order_id) for row in rows if row.order_id is not None), reverse=True)
    return Gathered(by_facet, [pk for _, pk in page])


def _counts_and_page(
    fitting: Select[Any], shown: Sequence[int] | None, limit: int, after: Position | None
) -> Select[Any]:
    # The limit stands apart: a planner that saw it would hope for hits early on and read everything in vain.
    everything = fitting.cte("fitting").prefix_with("MATERIALIZED")
    hits = select(everything).limit(_GATHERED + 1).cte("hits").prefix_with("MATERIALIZED")
    counts = select(
        hits.c.facet,
        func.count().label("n"),
        null().cast(TIMESTAMP(timezone=True)).label("created_at"),
        null().cast(BigInteger).label("order_id"),
    ).group_by(hits.c.facet)
    page = select(hits.c.facet, null().cast(BigInteger).label("n"), hits.c.created_at, hits.c.order_id)
    if shown is not None:
        page = page.where(among(hits.c.facet, shown))
    if after is not None:
        page = page.where(below(hits.c.created_at, hits.c.order_id, after))
    page = page.order_by(hits.c.created_at.desc(), hits.c.order_id.desc()).limit(limit)
    return select(union_all(counts, page.subquery().select()).subquery())


class _Explained(Executable, ClauseElement):
    """A query's plan as one JSON document, instead of its rows."""

    inherit_cache = False

    def __init__(self, query: Select[Any]) -> None:
        self.query = query


@compiles(_Explained)
def _explain(element: _Explained, compiler: SQLCompiler, **options: Any) -> str:
    return f"EXPLAIN (FORMAT JSON) {compiler.process(element.query, **options)}"


def _guess(session: Session, query: Select[Any]) -> int:
    """How many rows the planner expects."""
    plan: list[dict[str, dict[str, Any]]] = session.execute(_Explained(query)).scalar_one()
    return int(plan[0]["Plan"]["Plan Rows"])

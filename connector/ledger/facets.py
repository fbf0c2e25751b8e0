"""Which facets of orders fit the filters, and how many orders they hold, from the tally (PostgreSQL)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from connector.ledger.filters import OrderFilters, of_facet
from connector.ledger.search_index import FACETS, SEARCH, TALLY, among

_MIDNIGHT = time(tzinfo=UTC)


def fitting(session: Session, filters: OrderFilters) -> dict[int, str] | None:
    """Facets that fit every filter but `status`, each with its status; None when no filter speaks of them.

    Raises UsageError for a store that is not there.
    """
    wanted = of_facet(session, filters, FACETS)
    return statuses(session, wanted) if wanted else None


def statuses(session: Session, wanted: Sequence[ColumnElement[bool]] = ()) -> dict[int, str]:
    """The status of every facet, or of those wanted."""
    rows = session.execute(select(FACETS.c.id, FACETS.c.status).where(*wanted).distinct())
    return {row.id: row.status for row in rows}


def tallied(session: Session, filters: OrderFilters, facets: Iterable[int] | None) -> dict[int, int]:
    """Orders per facet placed within `created_from` and `created_to`: whole days from the tally, what is left
    of the first and the last day from the orders."""
    parts = _parts(filters.created_from, filters.created_to)
    both = union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    query = select(both.c.facet, func.sum(both.c.n).label("n"))
    if facets is not None:
        query = query.where(among(both.c.facet, facets))
    rows = session.execute(query.group_by(both.c.facet).having(func.sum(both.c.n) != 0))
    return {row.facet: int(row.n) for row in rows}


def _parts(start: datetime | None, end: datetime | None) -> list[Select[Any]]:
    """SELECTs of (facet, n) that together hold every order between the two instants once."""
    first = _midnight_from(start) if start else None
    last = _midnight(end) if end else None
    if start and end and first and last and first >= last:
        return [_orders(start, end)]
    days = select(TALLY.c.facet, TALLY.c.n)
    parts = []
    if start and first:
        days = days.where(TALLY.c.day >= first.date())
        parts.append(_orders(start, first))
    if end and last:
        days = days.where(TALLY.c.day < last.date())
        parts.append(_orders(last, end))
    return [days, *parts]


def _orders(start: datetime, end: datetime) -> Select[Any]:
    one = literal_column("1", Integer).label("n")
    return select(SEARCH.c.facet, one).where(SEARCH.c.created_at >= start, SEARCH.c.created_at < end)


def _midnight(instant: datetime) -> datetime:
    """The last midnight (UTC) that is not after the instant."""
    return datetime.combine(instant.astimezone(UTC).date(), _MIDNIGHT)


def _midnight_from(instant: datetime) -> datetime:
    """The first midnight (UTC) that is not before the instant; the last there is for one of the last day."""
    midnight = _midnight(instant)
    return midnight if midnight == instant or midnight.date() == date.max else midnight + timedelta(days=1)

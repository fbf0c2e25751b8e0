"""What a monitoring system wants to know of the whole ledger, in a handful of cheap queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from connector.ledger import counters
from connector.ledger.search_index import FACETS, TALLY
from connector.ledger.tables import FETCH_RUNS, INBOX, LOGIN_FAILURES, ORDERS, STORES, state_is
from models.state import OrderState, ReasonCode


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """How one store is doing."""

    name: str
    paused: bool
    failing: bool
    """Whether its last run could not be finished."""
    complete_up_to: datetime | None
    """None: it has never been synced to the end."""
    oldest_waiting_since: datetime | None
    """When the order was first seen that waits longest though neither TikTok nor a hold time keeps it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of one look."""

    stores: Sequence[StoreFigures]
    orders: Sequence[tuple[str, str, str, int]]
    """(store, state, status, orders)."""
    blocked: Sequence[tuple[str, str, int]]
    """(store, reason, orders)."""
    inbox: int
    """Webhooks that are stored and not done yet."""
    inbox_since: datetime | None
    """When the oldest of them came."""
    counters: Sequence[tuple[str, str, int]]
    fetches: int
    """How often Fetch Order was pressed and began a run."""
    fetching: int
    login_failures: int


def read(session: Session, *, now: datetime) -> Figures:
    """Count and measure, all in one transaction."""
    waiting_since = _oldest_waiting(session)
    rows = session.execute(select(STORES).order_by(STORES.c.name)).all()
    names = {row.id: row.name for row in rows}
    inbox, inbox_since = session.execute(
        select(func.count(), func.min(INBOX.c.received_at)).where(INBOX.c.done_at.is_(None))
    ).one()
    return Figures(
        stores=[
            StoreFigures(
                row.name, row.paused, bool(row.last_error), row.complete_up_to, waiting_since.get(row.id)
            )
            for row in rows
        ],
        orders=[(names[store], *rest) for store, *rest in _orders(session)],
        blocked=[(names[store], *rest) for store, *rest in _blocked(session)],
        inbox=inbox,
        inbox_since=inbox_since,
        counters=counters.totals(session),
        fetches=session.scalar(select(func.count()).select_from(FETCH_RUNS)) or 0,
        fetching=_fetching(session, now),
        login_failures=session.scalar(select(func.count()).select_from(LOGIN_FAILURES)) or 0,
    )


def _orders(session: Session) -> Sequence[tuple[int, str, str, int]]:
    """Counted one by one on SQLite; PostgreSQL keeps a tally, because it may hold millions."""
    if session.get_bind().dialect.name == "postgresql":
        query = _from_tally()
    else:
        columns = (ORDERS.c.store_id, ORDERS.c.state, ORDERS.c.status)
        query = select(*columns, func.count()).group_by(*columns)
    return [(store, state, status, int(count)) for store, state, status, count in session.execute(query)]


def _from_tally() -> Select[int, str, str, int]:
    # A facet may be there twice.
    facets = select(FACETS.c.id, FACETS.c.store_id, FACETS.c.state, FACETS.c.status).distinct().subquery()
    columns = (facets.c.store_id, facets.c.state, facets.c.status)
    total = func.sum(TALLY.c.n)
    query = select(*columns, total).join_from(TALLY, facets, facets.c.id == TALLY.c.facet)
    return query.group_by(*columns).having(total != 0)


def _blocked(session: Session) -> Sequence[tuple[int, str, int]]:
    columns = (ORDERS.c.store_id, ORDERS.c.reason_code)
    query = select(*columns, func.count()).where(state_is(OrderState.BLOCKED)).group_by(*columns)
    return [(store, reason or "", count) for store, reason, count in session.execute(query)]


def _oldest_waiting(session: Session) -> dict[int, datetime]:
    """By store; orders that wait by rule or for TikTok are not counted, as in `freshness`."""
    query = (
        select(ORDERS.c.store_id, func.min(ORDERS.c.first_seen_at))
        .where(
            state_is(OrderState.WAITING),
            ORDERS.c.next_try_at.is_not(None),
            or_(ORDERS.c.reason_code.is_(None), ORDERS.c.reason_code != ReasonCode.REMORSE_HOLD),
        )
        .group_by(ORDERS.c.store_id)
    )
    return {store: since for store, since in session.execute(query) if since is not None}


def _fetching(session: Session, now: datetime) -> int:
    under_way = (FETCH_RUNS.c.ended_at.is_(None), FETCH_RUNS.c.lease_until > now)
    return session.scalar(select(func.count()).select_from(FETCH_RUNS).where(*under_way)) or 0

"""The fetches people asked for: one press starts a run, the next ones join it while it is under way.

A run is under way while its lease lasts, so that one whose process died is over by itself; what it had done
is in the ledger all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from connector.ledger.tables import FETCH_RUNS

LEASE = timedelta(seconds=60)
"""How long a run counts as under way after its process was last heard of."""

_KEPT = 20
"""How many of the newest runs are looked through for one to join: older ones are long over."""


@dataclass(frozen=True, slots=True)
class FetchRun:
    """One run as it was read; `progress` has `counts` and `done` by store, `document` is there once it ended.

    A run that ended without a document was stopped on the way.
    """

    id: int
    stores: list[str]
    requested_by: str
    started_at: datetime
    lease_until: datetime
    ended_at: datetime | None
    progress: dict[str, Any]
    document: dict[str, Any] | None

    def running(self, now: datetime) -> bool:
        """Whether it is under way: not ended, and heard of lately."""
        return self.ended_at is None and now < self.lease_until


@dataclass(frozen=True, slots=True)
class Pressed:
    """The run that fetches what was asked for; `joined`: it was under way already."""

    id: int
    joined: bool


def join_or_start(session: Session, *, stores: Sequence[str], user: str, now: datetime) -> Pressed:
    """Join the newest run under way that covers these stores, or start one: in one transaction.

    Whoever presses at the same moment, in this process or another, gets the same run.
    """
    _one_at_a_time(session)
    for run in recent_runs(session):
        if run.running(now) and set(stores) <= set(run.stores):
            return Pressed(run.id, joined=True)
    added = session.execute(
        insert(FETCH_RUNS)
        .values(
            stores=list(stores),
            requested_by=user,
            started_at=now,
            lease_until=now + LEASE,
            progress={},
        )
        .returning(FETCH_RUNS.c.id)
    )
    return Pressed(added.scalar_one(), joined=False)


def note_progress(session: Session, *, run_id: int, progress: Mapping[str, Any], now: datetime) -> None:
    """Write down how far a run is, and renew its lease."""
    session.execute(
        update(FETCH_RUNS)
        .where(FETCH_RUNS.c.id == run_id, FETCH_RUNS.c.ended_at.is_(None))
        .values(progress=dict(progress), lease_until=now + LEASE)
    )


def end_run(
    session: Session,
    *,
    run_id: int,
    progress: Mapping[str, Any],
    document: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """The run is over; `document` None: it was stopped before it was done."""
    session.execute(
        update(FETCH_RUNS)
        .where(FETCH_RUNS.c.id == run_id, FETCH_RUNS.c.ended_at.is_(None))
        .values(progress=dict(progress), document=None if document is None else dict(document), ended_at=now)
    )


def fetch_run(session: Session, *, run_id: int) -> FetchRun | None:
    """One run; None when there is none of this id."""
    row = session.execute(select(FETCH_RUNS).where(FETCH_RUNS.c.id == run_id)).first()
    return None if row is None else FetchRun(**row._asdict())


def recent_runs(session: Session, *, limit: int = _KEPT) -> list[FetchRun]:
    """The newest runs, newest first."""
    query = select(FETCH_RUNS).order_by(FETCH_RUNS.c.started_at.desc(), FETCH_RUNS.c.id.desc())
    return [FetchRun(**row._asdict()) for row in session.execute(query.limit(limit))]


def _one_at_a_time(session: Session) -> None:
    """Whoever starts a run waits for the one who is at it; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"LOCK TABLE {FETCH_RUNS.name} IN SHARE ROW EXCLUSIVE MODE"))

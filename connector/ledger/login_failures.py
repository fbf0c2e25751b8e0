"""Logins that were refused: too many under one name or from one address make the next one wait."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from connector.ledger.tables import LOGIN_FAILURES

_REMEMBERED = timedelta(hours=24)
_FIRST_WAIT = 15.0
_LONGEST_WAIT = 900.0


@dataclass(frozen=True, slots=True)
class Limit:
    """Something that tries are counted under, and how many of them are free."""

    subject: str
    free: int

    @property
    def key(self) -> str:
        """A hash: what people type as a name is sometimes their password."""
        return hashlib.sha256(self.subject.encode(errors="replace")).hexdigest()


def reserve(session: Session, *, limits: Sequence[Limit], now: datetime) -> float:
    """Count a try before its password is looked at; gives 0, or the seconds it has to wait (uncounted).

    Counting first leaves no gap for many tries at once; `forgive` takes the count of a good one back.
    """
    _one_at_a_time(session, limits)
    session.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.at < now - _REMEMBERED))
    wait = max(_wait(session, limit, now) for limit in limits)
    if wait <= 0:
        session.execute(insert(LOGIN_FAILURES), [{"key": limit.key, "at": now} for limit in limits])
    return max(0.0, wait)


def forgive(session: Session, *, name: Limit, address: Limit, now: datetime) -> None:
    """A good login: nothing is held against the name any more, and this try not against the address."""
    session.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.key == name.key))
    mine = select(func.max(LOGIN_FAILURES.c.id)).where(
        LOGIN_FAILURES.c.key == address.key, LOGIN_FAILURES.c.at == now
    )
    session.execute(delete(LOGIN_FAILURES).where(LOGIN_FAILURES.c.id == mine.scalar_subquery()))


def _wait(session: Session, limit: Limit, now: datetime) -> float:
    """Seconds until the next try: none at first, then doubling with each failure."""
    query = select(func.count(), func.max(LOGIN_FAILURES.c.at)).where(LOGIN_FAILURES.c.key == limit.key)
    count, last = session.execute(query).one()
    if count < limit.free:
        return 0.0
    doublings = min(count - limit.free, 10)
    whole = min(_FIRST_WAIT * 2.0**doublings, _LONGEST_WAIT)
    return float(whole - (now - last).total_seconds())


def _one_at_a_time(session: Session, limits: Sequence[Limit]) -> None:
    """Tries under one key wait for each other; on SQLite every writer does anyway."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for key in sorted(limit.key for limit in limits):
        session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))

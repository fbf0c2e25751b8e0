"""Messages of the inbox being worked on: claimed under leases, and settled by their owner alone.

A message is a hint that something happened. Messages of a paused store wait until it is resumed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, not_, or_, select, update
from sqlalchemy.orm import Session

from connector.ledger.tables import INBOX, STORES

LEASE_SECONDS = 120.0
SUSPECT_AFTER = 3
"""A message that was claimed so often, the last time by somebody who never came back, may be what breaks its
consumer: from then on it is claimed alone."""

Outcome = Literal["handled", "ignored", "given_up"]


@dataclass(frozen=True, slots=True)
class Message:
    """A webhook that is this owner's until its lease ends; `attempts` counts this claim too."""

    id: int
    platform: str
    topic: str
    body: bytes
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Settled:
    """How a message ended, or, without an outcome, when it is tried again.

    `counted` False: the try says nothing of the message (the platform was down), so it never gives it up.
    """

    message_id: int
    outcome: Outcome | None
    run_after: datetime | None = None
    error: str | None = None
    counted: bool = True


def due_stores(session: Session, *, now: datetime) -> set[int]:
    """Stores that are not paused and have a message somebody could claim now."""
    waiting = select(INBOX.c.id).where(INBOX.c.store_id == STORES.c.id, *_claimable(now)).exists()
    return set(session.scalars(select(STORES.c.id).where(STORES.c.paused.is_(False), waiting)))


def claim(
    session: Session,
    *,
    store_id: int,
    owner: str,
    now: datetime,
    limit: int,
    lease_seconds: float = LEASE_SECONDS,
) -> list[Message]:
    """Take up to `limit` due messages of a store nobody holds, the oldest first; a suspect one alone.

    Two callers never get the same message. Nothing is given of a store that is paused.
    """
    suspect = and_(INBOX.c.attempts >= SUSPECT_AFTER, INBOX.c.lease_owner.is_not(None))
    usual = _take(session, not_(suspect), store_id, owner, now, limit, lease_seconds)
    return usual or _take(session, suspect, store_id, owner, now, 1, lease_seconds)


def renew(
    session: Session,
    *,
    owner: str,
    message_ids: Iterable[int],
    now: datetime,
    lease_seconds: float = LEASE_SECONDS,
) -> set[int]:
    """Prolong leases; gives the messages that are still this owner's."""
    renewed = session.scalars(
        update(INBOX)
        .where(*_owned(owner, message_ids))
        .values(lease_until=now + timedelta(seconds=lease_seconds))
        .returning(INBOX.c.id)
    )
    return set(renewed)


def release(session: Session, *, owner: str, message_ids: Iterable[int]) -> None:
    """Give messages back as if they had never been claimed."""
    session.execute(
        update(INBOX)
        .where(*_owned(owner, message_ids))
        .values(lease_owner=None, lease_until=None, attempts=INBOX.c.attempts - 1)
    )


def settle(session: Session, *, owner: str, settled: Sequence[Settled], now: datetime) -> None:
    """Write down how messages ended; one that somebody else holds by now is left to him.

    The body of a message that is done is not needed any more and may hold buyers' data: it is dropped, but
    for one that was given up.
    """
    groups: dict[Settled, list[int]] = {}
    for each in settled:
        alike = Settled(0, each.outcome, each.run_after, each.error, each.counted)
        groups.setdefault(alike, []).append(each.message_id)
    for alike, message_ids in groups.items():
        session.execute(update(INBOX).where(*_owned(owner, message_ids)).values(**_ending(alike, now)))


def _claimable(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        INBOX.c.done_at.is_(None),
        INBOX.c.run_after <= now,
        or_(INBOX.c.lease_until.is_(None), INBOX.c.lease_until <= now),
    )


def _take(
    session: Session,
    fitting: ColumnElement[bool],
    store_id: int,
    owner: str,
    now: datetime,
    limit: int,
    lease_seconds: float,
) -> list[Message]:
    active = select(STORES.c.id).where(STORES.c.id == store_id, STORES.c.paused.is_(False)).exists()
    free = (
        select(INBOX.c.id)
        .where(INBOX.c.store_id == store_id, *_claimable(now), fitting, active)
        .order_by(INBOX.c.run_after, INBOX.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=INBOX)
    )
    taken = session.execute(
        update(INBOX)
        .where(INBOX.c.id.in_(free.scalar_subquery()))
        .values(
            lease_owner=owner,
            lease_until=now + timedelta(seconds=lease_seconds),
            attempts=INBOX.c.attempts + 1,
        )
        .returning(
            INBOX.c.id,
            INBOX.c.platform,
            INBOX.c.topic,
            INBOX.c.body,
            INBOX.c.received_at,
            INBOX.c.attempts,
        )
    )
    return sorted((Message(*row) for row in taken), key=lambda message: message.id)


def _owned(owner: str, message_ids: Iterable[int]) -> tuple[ColumnElement[bool], ...]:
    return INBOX.c.id.in_(list(message_ids)), INBOX.c.lease_owner == owner, INBOX.c.done_at.is_(None)


def _ending(settled: Settled, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {"lease_owner": None, "lease_until": None, "last_error": settled.error}
    if settled.outcome is None:
        if not settled.counted:
            values["attempts"] = INBOX.c.attempts - 1
        return {**values, "run_after": settled.run_after or now}
    if settled.outcome != "given_up":
        values["body"] = b""
    return {**values, "done_at": now, "outcome": settled.outcome}

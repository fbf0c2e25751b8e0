"""Webhooks as they arrived, each notification stored once; nothing of them is believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from connector.ledger.tables import INBOX
from connector.ledger.upserts import insert_for

CHANNEL = "connector_inbox"
"""The name under which PostgreSQL tells consumers that a message has arrived."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A genuine webhook to be stored; with `ignored` it is done at once and its body is not kept."""

    platform: str
    notification_id: str
    topic: str
    body: bytes
    store_id: int | None
    event_id: str | None = None
    ignored: bool = False


@dataclass(frozen=True, slots=True)
class Depth:
    """Messages not done yet, and when the oldest of them arrived."""

    open: int
    oldest_at: datetime | None


def receive(session: Session, *, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Store webhooks, each notification once; tells the consumers with the commit. Gives how many are new."""
    new = 0
    for each in arrivals:
        statement = insert_for(session, INBOX).values(**_row(each, now))
        stored = session.execute(
            statement.on_conflict_do_nothing(index_elements=["platform", "notification_id"]).returning(
                INBOX.c.id
            )
        ).one_or_none()
        new += stored is not None
    if new and session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))
    return new


def depth(session: Session, *, store_id: int | None = None) -> Depth:
    """How much is not done yet, of one store or of all."""
    query = select(func.count(), func.min(INBOX.c.received_at)).where(INBOX.c.done_at.is_(None))
    if store_id is not None:
        query = query.where(INBOX.c.store_id == store_id)
    row = session.execute(query).one()
    return Depth(row[0], row[1])


def prune(session: Session, *, before: datetime, limit: int = 5000) -> int:
    """Forget messages that were done before an instant, so many at a time; gives how many."""
    old = select(INBOX.c.id).where(INBOX.c.done_at < before).order_by(INBOX.c.id).limit(limit)
    gone = session.execute(
        delete(INBOX).where(INBOX.c.id.in_(old.scalar_subquery())).returning(INBOX.c.id)
    ).all()
    return len(gone)


def _row(arrival: Arrival, now: datetime) -> dict[str, Any]:
    return {
        "platform": arrival.platform,
        "notification_id": arrival.notification_id,
        "event_id": arrival.event_id,
        "store_id": arrival.store_id,
        "topic": arrival.topic,
        "body": b"" if arrival.ignored else arrival.body,
        "received_at": now,
        "run_after": now,
        "attempts": 0,
        "done_at": now if arrival.ignored else None,
        "outcome": "ignored" if arrival.ignored else None,
    }

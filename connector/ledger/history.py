"""The history of an order: rows are added in the transaction of the change and never edited."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from connector.ledger.tables import EVENTS

FIRST_SEEN = "first_seen"
STATUS_CHANGED = "status_changed"
STATE_CHANGED = "state_changed"
CANCEL_DUE = "cancel_due"
ACCEPTED = "accepted"
"""A backfill took in an order older than the store's start that TikTok still holds back."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step: when, what, on whose word, and why. `detail` carries no personal data."""

    at: datetime
    event: str
    source: str
    detail: str


def event_row(order_id: int, at: datetime, event: str, source: str, detail: str = "") -> dict[str, Any]:
    """Columns of a history row."""
    return {"order_id": order_id, "at": at, "event": event, "source": source, "detail": detail}


def append(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows made by `event_row`."""
    if rows:
        session.execute(insert(EVENTS), list(rows))


def history_of(session: Session, *, order_pk: int) -> list[HistoryEntry]:
    """Everything that happened to an order, oldest first."""
    query = select(EVENTS).where(EVENTS.c.order_id == order_pk).order_by(EVENTS.c.id)
    return [HistoryEntry(row.at, row.event, row.source, row.detail) for row in session.execute(query)]


def place(state: str, reason_code: str | None) -> str:
    """A state with its reason as history words it: `waiting (on_hold)`."""
    return f"{state} ({reason_code})" if reason_code else state


def moved(before: tuple[str, str | None], after: tuple[str, str | None], detail: str = "") -> str:
    """The detail of a change of state: `waiting (on_hold) → waiting`, and why where there is more to say."""
    text = f"{place(*before)} → {place(*after)}"
    return f"{text}: {detail}" if detail else text


def rows_of(
    events: Iterable[tuple[str, str]], order_id: int, at: datetime, source: str
) -> list[dict[str, Any]]:
    """Rows for several (event, detail) pairs of one order."""
    return [event_row(order_id, at, event, source, detail) for event, detail in events]

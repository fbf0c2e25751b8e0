"""The audit trail: who did what, and when. Rows are only ever added."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from connector.ledger.tables import AUDIT


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that somebody did."""

    id: int
    at: datetime
    user_name: str
    action: str
    store: str | None
    subject: str
    detail: str


def record(
    session: Session,
    *,
    at: datetime,
    user: str,
    action: str,
    store: str | None = None,
    subject: str = "",
    detail: str = "",
) -> None:
    """Add a row, in the transaction of what it tells of; no secret and no buyer's data in any of it."""
    session.execute(
        insert(AUDIT).values(
            at=at, user_name=user[:64], action=action, store=store, subject=subject, detail=detail
        )
    )


def newest_first(session: Session, *, before: int | None = None, limit: int = 100) -> list[AuditRow]:
    """Rows with the newest on top; `before` is the id of the last row of the page before."""
    query = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AUDIT.c.id < before)
    return [AuditRow(**row._asdict()) for row in session.execute(query)]

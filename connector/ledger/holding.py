"""What is held for work right now: orders and webhooks under a lease."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.ledger.tables import INBOX, ORDERS


def held(session: Session) -> int:
    """Orders and webhooks that somebody works on, or held when its process died."""
    counts = (
        session.scalar(select(func.count()).select_from(table).where(table.c.lease_owner.is_not(None)))
        for table in (ORDERS, INBOX)
    )
    return sum(count or 0 for count in counts)


def waiting_in_inbox(session: Session) -> int:
    """Webhooks that are stored and not done yet."""
    return session.scalar(select(func.count()).select_from(INBOX).where(INBOX.c.done_at.is_(None))) or 0

"""What TikTok returned as an order but cannot be kept as one: its text, for the operator."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from connector.ledger import documents
from connector.ledger.tables import UNUSABLE

_LARGEST_BODY = 1_000_000
"""Characters kept of one such answer."""


def record_unusable(session: Session, *, store_id: int, answers: Sequence[object], now: datetime) -> int:
    """Keep each different text once; gives how many were not known yet."""
    bodies = {documents.digest_of_text(body): body for body in map(documents.encode, answers)}
    if not bodies:
        return 0
    known = set(
        session.scalars(
            select(UNUSABLE.c.body_hash).where(
                UNUSABLE.c.store_id == store_id, UNUSABLE.c.body_hash.in_(bodies)
            )
        )
    )
    rows = [
        {"store_id": store_id, "body_hash": key, "body": body[:_LARGEST_BODY], "seen_at": now}
        for key, body in bodies.items()
        if key not in known
    ]
    if rows:
        session.execute(insert(UNUSABLE), rows)
    return len(rows)


def count_unusable(session: Session, *, store_id: int) -> int:
    """How many different texts are kept for a store."""
    query = select(func.count()).select_from(UNUSABLE).where(UNUSABLE.c.store_id == store_id)
    return session.scalar(query) or 0

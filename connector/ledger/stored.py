"""What TikTok last said of an order, as the ledger keeps it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.ledger.documents import decode
from connector.ledger.tables import DOCUMENTS, ORDERS


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """TikTok's own document of an order, and when it was read."""

    raw: dict[str, Any]
    fetched_at: datetime


def stored_document(session: Session, *, order_pk: int) -> StoredDocument | None:
    """The document of an order; None for one that has none."""
    query = select(DOCUMENTS.c.body, DOCUMENTS.c.fetched_at).where(DOCUMENTS.c.order_id == order_pk)
    row = session.execute(query).first()
    return None if row is None else StoredDocument(decode(row.body), row.fetched_at)


def has_order(session: Session, *, store_id: int, tiktok_order_id: str) -> bool:
    """Whether the store has an order of this id."""
    query = select(ORDERS.c.id).where(
        ORDERS.c.store_id == store_id, ORDERS.c.tiktok_order_id == tiktok_order_id
    )
    return session.scalar(query) is not None

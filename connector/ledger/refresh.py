"""Orders that are to be read again by id, because no update of theirs came for a while."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector.ledger.tables import ORDERS
from connector.ledger.transitions import refresh_at
from models.status import FINAL_STATUSES, OrderStatus


def due_for_refresh(session: Session, *, store_id: int, now: datetime, limit: int) -> list[str]:
    """TikTok ids of orders whose time to be read again has come, the longest due first."""
    query = (
        select(ORDERS.c.tiktok_order_id)
        .where(ORDERS.c.store_id == store_id, ORDERS.c.refresh_at.is_not(None), ORDERS.c.refresh_at <= now)
        .order_by(ORDERS.c.refresh_at)
        .limit(limit)
    )
    return list(session.scalars(query))


def ask_again(session: Session, *, store_id: int, order_ids: Sequence[str], now: datetime) -> None:
    """Have these orders read again by the next refresh, whatever their status."""
    if order_ids:
        ours = (ORDERS.c.store_id == store_id, ORDERS.c.tiktok_order_id.in_(list(order_ids)))
        session.execute(update(ORDERS).where(*ours).values(refresh_at=now))


def mark_refreshed(session: Session, *, store_id: int, order_ids: Sequence[str], now: datetime) -> None:
    """Set the next time for orders that were read, or asked for in vain; a final status has none."""
    ours = (ORDERS.c.store_id == store_id, ORDERS.c.tiktok_order_id.in_(list(order_ids)))
    final = [str(status) for status in FINAL_STATUSES]
    delivered = OrderStatus.DELIVERED.value
    for condition, status in (
        (ORDERS.c.status.in_(final), OrderStatus.COMPLETED.value),
        (ORDERS.c.status == delivered, delivered),
        (ORDERS.c.status.not_in([*final, delivered]), ""),
    ):
        session.execute(update(ORDERS).where(*ours, condition).values(refresh_at=refresh_at(status, now)))

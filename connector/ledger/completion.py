"""Completing delivered orders: who may be, and doing it only while they still are delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session

from connector.ledger import history
from connector.ledger.tables import ORDERS
from models.status import OrderStatus

_DELIVERED = ORDERS.c.status == literal(OrderStatus.DELIVERED.value, literal_execute=True)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that was delivered long enough ago."""

    pk: int
    tiktok_order_id: str


def candidates(
    session: Session, *, store_id: int, delivered_before: datetime, limit: int, after_pk: int = 0
) -> list[Candidate]:
    """Delivered orders of a store, delivered at this instant or earlier, by ascending pk after `after_pk`."""
    query = (
        select(ORDERS.c.id, ORDERS.c.tiktok_order_id)
        .where(
            ORDERS.c.store_id == store_id,
            _DELIVERED,
            ORDERS.c.delivered_at <= delivered_before,
            ORDERS.c.id > after_pk,
        )
        .order_by(ORDERS.c.id)
        .limit(limit)
    )
    return [Candidate(row.id, row.tiktok_order_id) for row in session.execute(query)]


def complete(
    session: Session,
    *,
    store_id: int,
    pks: Sequence[int],
    delivered_before: datetime,
    now: datetime,
    source: str = "complete",
) -> int:
    """Complete those of these orders that still are delivered, and were at that instant; gives how many."""
    completed = session.scalars(
        update(ORDERS)
        .where(
            ORDERS.c.store_id == store_id,
            ORDERS.c.id.in_(list(pks)),
            _DELIVERED,
            ORDERS.c.delivered_at <= delivered_before,
        )
        .values(
            status=OrderStatus.COMPLETED.value,
            completed_at=now,
            completed_by="connector",
            refresh_at=None,
        )
        .returning(ORDERS.c.id)
    ).all()
    detail = f"{OrderStatus.DELIVERED.value} → {OrderStatus.COMPLETED.value}"
    history.append(
        session,
        [history.event_row(pk, now, history.STATUS_CHANGED, source, detail) for pk in sorted(completed)],
    )
    return len(completed)

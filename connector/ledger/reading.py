"""Reads what is stored of orders before they are updated, and keeps others from doing so meanwhile."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.errors import ConfigurationError
from connector.ledger import history
from connector.ledger.stores import StoreRow
from connector.ledger.tables import ATTEMPTS, DOCUMENTS, EVENTS, ORDERS, STORES
from connector.ledger.transitions import HELD_BY_TIKTOK, StoredOrder
from models.state import OrderState

_COLUMNS = (
    "id",
    "tiktok_order_id",
    "status",
    "state",
    "reason_code",
    "reason_detail",
    "next_try_at",
    "customer_name",
    "customer_key",
    "created_at",
    "updated_at",
    "paid_at",
    "delivered_at",
    "completed_at",
    "completed_by",
    "cancelled_at",
    "attempts",
    "followup",
    "followup_at",
    "followup_attempts",
    "shopify_cancelled_at",
    "lease_owner",
    "lease_until",
)
_STORED = select(
    *(ORDERS.c[name] for name in _COLUMNS), DOCUMENTS.c.body_hash, DOCUMENTS.c.address.is_not(None)
).join(DOCUMENTS, DOCUMENTS.c.order_id == ORDERS.c.id)


def lock_store(session: Session, store: StoreRow) -> None:
    """One writer of orders per store at a time, so that nobody inserts the same order twice.

    The lock lets rows that refer to the store be written; SQLite has one writer anyway. Raises
    ConfigurationError when the store was removed since it was read: SQLite gives a removed store's number
    to a new one, and what one shop sold must not become another's order.
    """
    query = select(STORES.c.connected_at).where(STORES.c.id == store.id).with_for_update(key_share=True)
    if session.scalar(query) != store.connected_at:
        raise ConfigurationError(f"Store {store.name} was removed while its orders were read.")


def read_stored(session: Session, store_id: int, order_ids: Sequence[str]) -> dict[str, StoredOrder]:
    """The stored orders among these ids, locked until the transaction ends."""
    if not order_ids:
        return {}
    query = (
        _STORED.where(ORDERS.c.store_id == store_id, ORDERS.c.tiktok_order_id.in_(order_ids))
        .order_by(ORDERS.c.id)
        .with_for_update(of=ORDERS)
    )
    found = {row.tiktok_order_id: StoredOrder(*tuple(row)) for row in session.execute(query)}
    held = [order.id for order in found.values() if order.reason_code in HELD_BY_TIKTOK]
    accepted = _accepted_pks(session, held)
    doubtful = [order.id for order in found.values() if order.attempts and order.state != OrderState.CREATED]
    maybe_made = maybe_made_pks(session, doubtful)
    return {
        order_id: replace(order, maybe_made=order.id in maybe_made, accepted=order.id in accepted)
        if order.id in maybe_made | accepted
        else order
        for order_id, order in found.items()
    }


def _accepted_pks(session: Session, pks: Sequence[int]) -> set[int]:
    """Which of these orders a backfill took in though they are older than the store's start."""
    if not pks:
        return set()
    query = select(EVENTS.c.order_id).where(EVENTS.c.order_id.in_(pks), EVENTS.c.event == history.ACCEPTED)
    return set(session.scalars(query))


def maybe_made_pks(session: Session, pks: Sequence[int]) -> set[int]:
    """Which of these orders have an attempt that is not known to have done nothing."""
    if not pks:
        return set()
    open_attempt = or_(ATTEMPTS.c.outcome.is_(None), ATTEMPTS.c.outcome != "not_made")
    query = select(ATTEMPTS.c.order_id).where(ATTEMPTS.c.order_id.in_(pks), open_attempt)
    return set(session.scalars(query))

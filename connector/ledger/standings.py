"""Where single orders stand, for whoever is about to do something with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from connector.ledger import history
from connector.ledger.tables import AFTERSALES, EVENTS, ORDERS
from models.state import OrderState

CANCELLED_THERE = "cancelled_by_people"
DELETED_THERE = "deleted_by_people"


@dataclass(frozen=True, slots=True)
class Standing:
    """An order as the ledger has it."""

    status: str
    updated_at: datetime
    state: str
    next_try_at: datetime | None
    lease_until: datetime | None

    def is_due(self, now: datetime) -> bool:
        """Whether it is to be taken to Shopify now."""
        return self.state == OrderState.WAITING and self.next_try_at is not None and self.next_try_at <= now

    def is_held(self, now: datetime) -> bool:
        """Whether somebody works on it."""
        return self.lease_until is not None and self.lease_until > now


def standings(session: Session, *, store_id: int, order_ids: Sequence[str]) -> dict[str, Standing]:
    """These orders by TikTok order id; those the ledger does not have are left out."""
    query = select(
        ORDERS.c.tiktok_order_id,
        ORDERS.c.status,
        ORDERS.c.updated_at,
        ORDERS.c.state,
        ORDERS.c.next_try_at,
        ORDERS.c.lease_until,
    ).where(ORDERS.c.store_id == store_id, ORDERS.c.tiktok_order_id.in_(list(order_ids)))
    return {row[0]: Standing(*row[1:]) for row in session.execute(query)}


def known_requests(session: Session, *, store_id: int, external_ids: Sequence[str]) -> set[tuple[str, str]]:
    """Which return and cancellation requests are on record, as (kind, id)."""
    query = select(AFTERSALES.c.kind, AFTERSALES.c.external_id).where(
        AFTERSALES.c.store_id == store_id, AFTERSALES.c.external_id.in_(list(external_ids))
    )
    return {(row[0], row[1]) for row in session.execute(query)}


def is_ours(session: Session, *, store_id: int, shopify_order_id: str) -> bool:
    """Whether an order on Shopify, by gid, is one this ledger made or linked."""
    return _row_of(session, store_id, shopify_order_id) is not None


def note_what_people_did(
    session: Session,
    *,
    store_id: int,
    shopify_order_id: str,
    is_there: bool,
    is_cancelled: bool,
    now: datetime,
    source: str,
) -> bool:
    """Put on an order's history, once, that people cancelled or deleted it on Shopify; gives whether it did.

    What the connector cancels itself, or is about to, is none of it. The order stays `created`, so that it is
    never made again.
    """
    row = _row_of(session, store_id, shopify_order_id)
    if row is None or (is_there and not is_cancelled):
        return False
    if is_there and (row.shopify_cancelled_at is not None or row.followup == "cancel"):
        return False
    event = CANCELLED_THERE if is_there else DELETED_THERE
    if event in session.scalars(select(EVENTS.c.event).where(EVENTS.c.order_id == row.id)).all():
        return False
    if is_there:
        session.execute(update(ORDERS).where(ORDERS.c.id == row.id).values(shopify_cancelled_at=now))
    detail = "on Shopify; it is not made again by itself"
    history.append(session, [history.event_row(row.id, now, event, source, detail)])
    return True


def _row_of(session: Session, store_id: int, shopify_order_id: str) -> Row[Any, Any, Any] | None:
    query = select(ORDERS.c.id, ORDERS.c.shopify_cancelled_at, ORDERS.c.followup)
    fits = (ORDERS.c.store_id == store_id, ORDERS.c.shopify_order_id == shopify_order_id)
    return session.execute(query.where(*fits).with_for_update()).one_or_none()

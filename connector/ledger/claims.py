"""Who works on which order: claimed under a lease, renewed while working, free again when its owner dies.

An order under a live lease is nobody else's. Each write back names the owner, so that one who lost its lease
changes nothing (`connector.ledger.outcomes`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.orm import Session

from connector.ledger import documents
from connector.ledger.tables import ATTEMPTS, DOCUMENTS, ORDERS, state_is
from models.state import OrderState

LEASE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A create request: `outcome` is made, not_made or unknown; None means that its owner died meanwhile."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    empty_looks: int
    last_look_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClaimedOrder:
    """An order that is this owner's until its lease ends; `address` is the best one ever seen."""

    pk: int
    tiktok_order_id: str
    raw: dict[str, Any]
    address: dict[str, Any] | None
    created_at: datetime
    attempts: int
    last_attempt: Attempt | None
    reason_code: str | None

    @property
    def open_attempt(self) -> Attempt | None:
        """The last attempt when it is not known to have done nothing."""
        last = self.last_attempt
        return None if last is None or last.outcome == "not_made" else last


def claim_due(
    session: Session,
    *,
    store_id: int,
    owner: str,
    now: datetime,
    lease_seconds: float = LEASE_SECONDS,
    limit: int,
    order_ids: Sequence[str] | None = None,
) -> list[ClaimedOrder]:
    """Take up to `limit` due orders nobody holds, newest first; with `order_ids`, only of these.

    Two callers never get the same order. `now` is compared with due times and leases alike.
    """
    candidates = _due(store_id, now, order_ids)
    if order_ids is None or len(order_ids) > limit:
        # The order only chooses among more than fit; asked for, it makes SQLite walk the whole backlog.
        candidates = candidates.order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc()).limit(limit)
    claimed = session.execute(
        update(ORDERS)
        .where(ORDERS.c.id.in_(candidates.with_for_update(skip_locked=True).scalar_subquery()))
        .values(lease_owner=owner, lease_until=now + timedelta(seconds=lease_seconds))
        .returning(ORDERS.c.id, ORDERS.c.attempts)
    ).all()
    attempted = [row.id for row in claimed if row.attempts]
    return _load(session, [row.id for row in claimed], _last_attempts(session, attempted))


def renew(
    session: Session,
    *,
    owner: str,
    order_pks: Iterable[int],
    now: datetime,
    lease_seconds: float = LEASE_SECONDS,
) -> set[int]:
    """Prolong leases; gives the orders that are still this owner's."""
    renewed = session.scalars(
        update(ORDERS)
        .where(ORDERS.c.id.in_(list(order_pks)), ORDERS.c.lease_owner == owner)
        .values(lease_until=now + timedelta(seconds=lease_seconds))
        .returning(ORDERS.c.id)
    )
    return set(renewed)


def release(session: Session, *, owner: str, order_pks: Iterable[int]) -> int:
    """Give orders back untouched, to whoever claims next; gives how many were still this owner's."""
    released = session.execute(
        update(ORDERS)
        .where(ORDERS.c.id.in_(list(order_pks)), ORDERS.c.lease_owner == owner)
        .values(lease_owner=None, lease_until=None)
        .returning(ORDERS.c.id)
    )
    return len(released.all())


def _due(store_id: int, now: datetime, order_ids: Sequence[str] | None) -> Select[tuple[int]]:
    query = select(ORDERS.c.id).where(
        ORDERS.c.store_id == store_id,
        state_is(OrderState.WAITING),
        ORDERS.c.next_try_at <= now,
        _free(now),
    )
    if order_ids is not None:
        query = query.where(ORDERS.c.tiktok_order_id.in_(order_ids))
    return query


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(ORDERS.c.lease_until.is_(None), ORDERS.c.lease_until <= now)


def _load(session: Session, pks: Sequence[int], attempts: dict[int, Attempt]) -> list[ClaimedOrder]:
    if not pks:
        return []
    query = (
        select(
            ORDERS.c.id,
            ORDERS.c.tiktok_order_id,
            ORDERS.c.created_at,
            ORDERS.c.attempts,
            ORDERS.c.reason_code,
            DOCUMENTS.c.body,
            DOCUMENTS.c.address,
        )
        .join(DOCUMENTS, DOCUMENTS.c.order_id == ORDERS.c.id)
        .where(ORDERS.c.id.in_(pks))
        .order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc())
    )
    return [
        ClaimedOrder(
            pk=row.id,
            tiktok_order_id=row.tiktok_order_id,
            raw=documents.decode(row.body),
            address=documents.decode(row.address) if row.address else None,
            created_at=row.created_at,
            attempts=row.attempts,
            last_attempt=attempts.get(row.id),
            reason_code=row.reason_code,
        )
        for row in session.execute(query)
    ]


def _last_attempts(session: Session, pks: Sequence[int]) -> dict[int, Attempt]:
    if not pks:
        return {}
    query = select(ATTEMPTS).where(ATTEMPTS.c.order_id.in_(pks)).order_by(ATTEMPTS.c.number)
    return {
        row.order_id: Attempt(
            row.number, row.started_at, row.ended_at, row.outcome, row.empty_looks, row.last_look_at
        )
        for row in session.execute(query)
    }

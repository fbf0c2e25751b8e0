"""Makes orders due again: after a remedy was taken, or because a person asks."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from connector.ledger import history
from connector.ledger.tables import LINES, ORDERS, state_is
from connector.ledger.transitions import WAITS_FOR_TIKTOK
from models.state import OrderState

_CHUNK = 500


def free_blocked(
    session: Session,
    *,
    store_id: int,
    now: datetime,
    reasons: Collection[str] | None = None,
    seller_skus: Collection[str] | None = None,
    order_ids: Sequence[str] | None = None,
    source: str = "retry",
) -> int:
    """Make blocked orders, and waiting ones with a next try, due now; gives how many.

    Only those with one of `reasons`, of `order_ids`, holding one of `seller_skus`, where given. An order that
    waits for TikTok (unpaid, on hold) or for its hold time keeps waiting. One somebody works on stays his.
    """
    wanted = _wanted(store_id, now, reasons, order_ids)
    if seller_skus is not None:
        holding = select(LINES.c.order_id).where(
            LINES.c.store_id == store_id, LINES.c.seller_sku.in_(list(seller_skus))
        )
        wanted.append(ORDERS.c.id.in_(holding.scalar_subquery()))
    # Each state on its own, because each has its own index; waiting ones first, before others join them.
    waiting = _make_due(session, [*wanted, *_tryable()], now, source)
    return waiting + _make_due(session, [*wanted, state_is(OrderState.BLOCKED)], now, source)


def retryable(
    session: Session,
    *,
    store_id: int,
    now: datetime,
    reasons: Collection[str] | None = None,
    order_ids: Sequence[str] | None = None,
) -> dict[str, str | None]:
    """The orders `free_blocked` would make due: their reasons by TikTok order id, newest first."""
    fitting = or_(and_(*_tryable()), state_is(OrderState.BLOCKED))
    query = (
        select(ORDERS.c.tiktok_order_id, ORDERS.c.reason_code)
        .where(*_wanted(store_id, now, reasons, order_ids), fitting)
        .order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc())
    )
    return {row.tiktok_order_id: row.reason_code for row in session.execute(query)}


def free_ignored(
    session: Session,
    *,
    store_id: int,
    now: datetime,
    reasons: Collection[str],
    source: str,
    created_from: datetime | None = None,
    but_fulfilled_by: str | None = None,
) -> int:
    """Take ignored orders back in, after the rule that turned them away was lifted; gives how many.

    With `created_from`, only those placed then or later; with `but_fulfilled_by`, without those it fulfils.
    """
    wanted = [
        ORDERS.c.store_id == store_id,
        state_is(OrderState.IGNORED),
        ORDERS.c.reason_code.in_([str(reason) for reason in reasons]),
    ]
    if created_from is not None:
        wanted.append(ORDERS.c.created_at >= created_from)
    if but_fulfilled_by is not None:
        wanted.append(ORDERS.c.fulfilled_by != but_fulfilled_by)
    return _make_due(session, wanted, now, source)


def count_blocked(session: Session, *, store_id: int, reasons: Collection[str] | None = None) -> int:
    """How many orders of a store are blocked, for one of `reasons` where given."""
    query = select(func.count()).where(ORDERS.c.store_id == store_id, state_is(OrderState.BLOCKED))
    if reasons is not None:
        query = query.where(ORDERS.c.reason_code.in_([str(reason) for reason in reasons]))
    return session.scalar(query) or 0


def _wanted(
    store_id: int, now: datetime, reasons: Collection[str] | None, order_ids: Sequence[str] | None
) -> list[ColumnElement[bool]]:
    wanted = [ORDERS.c.store_id == store_id, _unclaimed(now)]
    if reasons is not None:
        wanted.append(ORDERS.c.reason_code.in_([str(reason) for reason in reasons]))
    if order_ids is not None:
        wanted.append(ORDERS.c.tiktok_order_id.in_(order_ids))
    return wanted


def _tryable() -> tuple[ColumnElement[bool], ...]:
    """Waiting orders that a retry can help: the failure may have passed."""
    held = ORDERS.c.reason_code.in_([str(reason) for reason in WAITS_FOR_TIKTOK])
    return (
        state_is(OrderState.WAITING),
        ORDERS.c.next_try_at.is_not(None),
        or_(ORDERS.c.reason_code.is_(None), ~held),
    )


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    return or_(ORDERS.c.lease_until.is_(None), ORDERS.c.lease_until <= now)


def _make_due(session: Session, wanted: Sequence[ColumnElement[bool]], now: datetime, source: str) -> int:
    query = select(ORDERS.c.id, ORDERS.c.state, ORDERS.c.reason_code).where(*wanted).order_by(ORDERS.c.id)
    rows = session.execute(query.with_for_update()).all()
    for start in range(0, len(rows), _CHUNK):
        _free_chunk(session, rows[start : start + _CHUNK], now, source)
    return len(rows)


def _free_chunk(session: Session, rows: Sequence[Any], now: datetime, source: str) -> None:
    session.execute(
        update(ORDERS)
        .where(ORDERS.c.id.in_([row.id for row in rows]))
        .values(state=OrderState.WAITING.value, reason_code=None, reason_detail=None, next_try_at=now)
    )
    due = (OrderState.WAITING.value, None)
    history.append(
        session,
        [
            history.event_row(
                row.id,
                now,
                history.STATE_CHANGED,
                source,
                history.moved((row.state, row.reason_code), due),
            )
            for row in rows
            if (row.state, row.reason_code) != due
        ],
    )

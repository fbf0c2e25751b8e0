"""The orders that one cause keeps: all of them, and page by page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.ledger.attention import EACH_ITS_OWN, SKU_REASONS, tells
from connector.ledger.naming import named_skus
from connector.ledger.tables import LINES, ORDERS, state_is
from models.state import OrderState


@dataclass(frozen=True, slots=True)
class CausePage:
    """Primary keys of a page, newest first, and the last of them where older ones follow."""

    pks: list[int]
    total: int
    next: int | None


def orders_of_cause(session: Session, *, code: str, named: str, store_id: int) -> list[str]:
    """TikTok ids of a store's orders that this cause keeps, newest first."""
    return [row.tiktok_order_id for row in _rows(session, code, named, [store_id])]


def page_of_cause(
    session: Session, *, code: str, named: str, store_ids: Collection[int], limit: int, after: int | None
) -> CausePage:
    """The newest `limit` orders of these stores that this cause keeps, or those below the order `after`.

    A page stays where it is while orders go on or come in: it begins below an order, not at a number.
    """
    rows = _rows(session, code, named, store_ids)
    below = _place(session, after)
    older = rows if below is None else [row for row in rows if (row.created_at, row.id) < below]
    pks = [row.id for row in older[:limit]]
    return CausePage(pks, len(rows), pks[-1] if len(older) > limit else None)


def _place(session: Session, pk: int | None) -> tuple[Any, int] | None:
    created_at = None if pk is None else session.scalar(select(ORDERS.c.created_at).where(ORDERS.c.id == pk))
    return None if pk is None or created_at is None else (created_at, pk)


def _rows(session: Session, code: str, named: str, store_ids: Collection[int]) -> Sequence[Any]:
    query = (
        select(
            ORDERS.c.id,
            ORDERS.c.store_id,
            ORDERS.c.created_at,
            ORDERS.c.tiktok_order_id,
            ORDERS.c.reason_detail,
            ORDERS.c.reason_code,
        )
        .where(ORDERS.c.store_id.in_(store_ids), state_is(OrderState.BLOCKED), ORDERS.c.reason_code == code)
        .order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc())
    )
    if code in EACH_ITS_OWN:
        return session.execute(query).all()
    if code not in SKU_REASONS:
        return session.execute(query.where(func.coalesce(ORDERS.c.reason_detail, "") == named)).all()
    holding = _holding(session, store_ids, named)
    return [
        row
        for row in session.execute(query)
        if (named in named_skus(row.reason_detail or "") if tells(row) else row.id in holding)
    ]


def _holding(session: Session, store_ids: Collection[int], seller_sku: str) -> set[int]:
    query = select(LINES.c.order_id).where(LINES.c.store_id.in_(store_ids), LINES.c.seller_sku == seller_sku)
    return set(session.scalars(query))

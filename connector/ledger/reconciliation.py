"""The ledger's side of a comparison with both platforms."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from connector.ledger.tables import ORDERS

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class LedgerOrder:
    """What the ledger says of an order: enough to find it missing, doubled or altered."""

    tiktok_order_id: str
    status: str
    state: str
    total_amount: str
    currency: str
    shopify_order_id: str | None
    shopify_cancelled_at: datetime | None


def count_between(session: Session, *, store_id: int, start: datetime, end: datetime) -> int:
    """How many orders of a store were made on TikTok from `start` until before `end`."""
    query = select(func.count()).select_from(ORDERS).where(*_between(store_id, start, end))
    return session.scalar(query) or 0


def cuts_between(
    session: Session, *, store_id: int, start: datetime, end: datetime, every: int
) -> list[datetime]:
    """Instants that part the orders made on TikTok in a span into stretches of about `every`, rising.

    Orders of one instant stay together, however many they are.
    """
    cuts: list[datetime] = []
    query = select(ORDERS.c.created_at).order_by(ORDERS.c.created_at)
    while (
        cut := session.scalar(query.where(*_between(store_id, start, end)).offset(every).limit(1))
    ) is not None:
        if cut == start:
            later = (*_between(store_id, start, end), ORDERS.c.created_at > start)
            cut = session.scalar(query.where(*later).limit(1))
            if cut is None:
                break
        cuts.append(cut)
        start = cut
    return cuts


def orders_between(session: Session, *, store_id: int, start: datetime, end: datetime) -> list[LedgerOrder]:
    """Orders of a store made on TikTok from `start` until before `end`, newest first."""
    query = (
        select(*_columns())
        .where(*_between(store_id, start, end))
        .order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc())
    )
    return [LedgerOrder(*tuple(row)) for row in session.execute(query)]


def orders_by_id(session: Session, *, store_id: int, order_ids: Sequence[str]) -> dict[str, LedgerOrder]:
    """The stored orders among these TikTok ids."""
    found: dict[str, LedgerOrder] = {}
    for start in range(0, len(order_ids), _CHUNK):
        query = select(*_columns()).where(
            ORDERS.c.store_id == store_id, ORDERS.c.tiktok_order_id.in_(order_ids[start : start + _CHUNK])
        )
        found.update((row.tiktok_order_id, LedgerOrder(*tuple(row))) for row in session.execute(query))
    return found


def known_ids(session: Session, *, store_id: int, order_ids: Sequence[str]) -> set[str]:
    """Which of these TikTok ids the ledger has."""
    return set(orders_by_id(session, store_id=store_id, order_ids=order_ids))


def _columns() -> list[Any]:
    return [ORDERS.c[name] for name in LedgerOrder.__slots__]


def _between(store_id: int, start: datetime, end: datetime) -> tuple[ColumnElement[bool], ...]:
    return (ORDERS.c.store_id == store_id, ORDERS.c.created_at >= start, ORDERS.c.created_at < end)

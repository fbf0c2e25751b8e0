"""Each store at a glance: how far its ledger is complete, what waits, and what needs a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.ledger.freshness import Freshness, freshness_by_store
from connector.ledger.stores import StoreRow, list_stores
from connector.ledger.tables import CREDENTIALS, ORDERS, state_is
from models.state import OrderState

LATE = timedelta(hours=1)
"""A store that is synced every minute and has not been for so long needs somebody to look why."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A store, its orders that wait or are blocked, and the platforms that refused its authorisation."""

    store: StoreRow
    fresh: Freshness
    blocked: int
    refused_by: tuple[str, ...]

    def late(self, now: datetime) -> bool:
        """Whether its ledger is not kept up to date though it should be."""
        complete = self.store.complete_up_to
        return not self.store.paused and complete is not None and now - complete > LATE

    def in_trouble(self, now: datetime) -> bool:
        """Whether the store itself needs somebody, whatever its orders need."""
        return bool(self.refused_by or self.store.last_error or self.late(now))


def glances(session: Session) -> list[Glance]:
    """Every store, by name."""
    refused: dict[int, list[str]] = {}
    query = select(CREDENTIALS.c.store_id, CREDENTIALS.c.platform).where(
        CREDENTIALS.c.revoked_at.is_not(None)
    )
    for row in session.execute(query.order_by(CREDENTIALS.c.platform)):
        refused.setdefault(row.store_id, []).append(row.platform)
    waiting, blocked = freshness_by_store(session), _blocked_by_store(session)
    return [
        Glance(
            store=store,
            fresh=waiting.get(store.id, Freshness(0, None)),
            blocked=blocked.get(store.id, 0),
            refused_by=tuple(refused.get(store.id, ())),
        )
        for store in list_stores(session)
    ]


def _blocked_by_store(session: Session) -> dict[int, int]:
    query = select(ORDERS.c.store_id, func.count().label("n")).where(state_is(OrderState.BLOCKED))
    return {row.store_id: row.n for row in session.execute(query.group_by(ORDERS.c.store_id))}


def any_order(session: Session) -> bool:
    """Whether there is any order at all."""
    return session.scalar(select(ORDERS.c.id).limit(1)) is not None

"""Each store at a glance: how far its ledger is complete, what waits, and what needs a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.ledger.freeing import count_blocked
from connector.ledger.freshness import Freshness, freshness_of
from connector.ledger.stores import StoreRow, list_stores
from connector.ledger.tables import CREDENTIALS, ORDERS

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
    return [
        Glance(
            store=store,
            fresh=freshness_of(session, store_id=store.id),
            blocked=count_blocked(session, store_id=store.id),
            refused_by=tuple(refused.get(store.id, ())),
        )
        for store in list_stores(session)
    ]


def any_order(session: Session) -> bool:
    """Whether there is any order at all."""
    return session.scalar(select(ORDERS.c.id).limit(1)) is not None

"""How fresh a store's ledger is: how far it is complete, and how long its oldest due order has waited."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from connector.ledger.tables import ORDERS, state_is
from models.state import OrderState, ReasonCode

_BY_RULE = ReasonCode.REMORSE_HOLD


@dataclass(frozen=True, slots=True)
class Freshness:
    """Orders that wait though neither TikTok nor a hold time keeps them."""

    waiting: int
    oldest_since: datetime | None
    """When the connector first saw the one that has waited longest; None when none waits."""

    def seconds(self, now: datetime) -> int | None:
        """The age of the oldest waiting order."""
        return None if self.oldest_since is None else max(0, int((now - self.oldest_since).total_seconds()))


def freshness_of(session: Session, *, store_id: int) -> Freshness:
    """The waiting orders of a store; unpaid, held and not yet due ones are not counted."""
    row = session.execute(
        select(func.count(), func.min(ORDERS.c.first_seen_at)).where(
            ORDERS.c.store_id == store_id,
            state_is(OrderState.WAITING),
            ORDERS.c.next_try_at.is_not(None),
            or_(ORDERS.c.reason_code.is_(None), ORDERS.c.reason_code != _BY_RULE),
        )
    ).one()
    return Freshness(row[0], row[1])

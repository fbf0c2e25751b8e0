"""How fresh a store's ledger is: how far it is complete, and how long its oldest due order has waited."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
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
    row = session.execute(_waiting().where(ORDERS.c.store_id == store_id)).one()
    return Freshness(row.waiting, row.oldest_since)


def freshness_by_store(session: Session) -> dict[int, Freshness]:
    """The same of every store that has such orders, by its id."""
    query = _waiting().add_columns(ORDERS.c.store_id).group_by(ORDERS.c.store_id)
    return {row.store_id: Freshness(row.waiting, row.oldest_since) for row in session.execute(query)}


def _waiting() -> Select[Any, Any]:
    return select(
        func.count().label("waiting"), func.min(ORDERS.c.first_seen_at).label("oldest_since")
    ).where(
        state_is(OrderState.WAITING),
        ORDERS.c.next_try_at.is_not(None),
        or_(ORDERS.c.reason_code.is_(None), ORDERS.c.reason_code != _BY_RULE),
    )

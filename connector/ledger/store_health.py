"""How a store's connections do: when authorisations end, and what its webhooks brought lately."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.ledger.tables import CREDENTIALS, INBOX, ORDERS, state_is
from models.state import OrderState

LATELY = timedelta(hours=24)
_NEWEST = 5000
"""Webhooks looked at: the table may hold millions, the newest of them say how it goes now."""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """One platform's authorisation of a store; never its secrets."""

    platform: str
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    revoked_at: datetime | None

    @property
    def ends_at(self) -> datetime | None:
        """When it ends for good: an access token is renewed until the right to renew it ends."""
        return self.refresh_expires_at


@dataclass(frozen=True, slots=True)
class Webhooks:
    """What one platform sent for a store."""

    platform: str
    last_received_at: datetime
    lately: int
    """Received within `LATELY` (among the newest few thousand of all stores)."""
    waiting: int
    failed: int
    """Of those lately, how many were given up."""


def attention_count(session: Session, *, at_most: int = 1000) -> int:
    """How many orders need a person, counted no further than `at_most`."""
    blocked = select(ORDERS.c.id).where(state_is(OrderState.BLOCKED)).limit(at_most).subquery()
    return session.scalar(select(func.count()).select_from(blocked)) or 0


def authorisations(session: Session) -> dict[int, list[Authorisation]]:
    """By store id, TikTok's after Shopify's."""
    table = CREDENTIALS.c
    columns = (table.platform, table.access_expires_at, table.refresh_expires_at, table.revoked_at)
    found: dict[int, list[Authorisation]] = defaultdict(list)
    for row in session.execute(select(table.store_id, *columns).order_by(table.platform)):
        found[row.store_id].append(Authorisation(*row[1:]))
    return found


def webhooks(session: Session, *, now: datetime) -> dict[int, list[Webhooks]]:
    """By store id; a platform that sent nothing among the newest messages is not there."""
    newest = (
        select(INBOX.c.store_id, INBOX.c.platform, INBOX.c.received_at, INBOX.c.done_at, INBOX.c.outcome)
        .where(INBOX.c.store_id.is_not(None))
        .order_by(INBOX.c.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    lately = newest.c.received_at >= now - LATELY
    query = (
        select(
            newest.c.store_id,
            newest.c.platform,
            func.max(newest.c.received_at),
            func.count().filter(lately),
            func.count().filter(newest.c.done_at.is_(None)),
            func.count().filter(lately, newest.c.outcome == "given_up"),
        )
        .group_by(newest.c.store_id, newest.c.platform)
        .order_by(newest.c.platform)
    )
    found: dict[int, list[Webhooks]] = defaultdict(list)
    for row in session.execute(query):
        found[row.store_id].append(Webhooks(*row[1:]))
    return found

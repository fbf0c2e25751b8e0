"""A store as its pages show it: how it stands in one badge, and everything that leads to that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from connector.errors import UsageError
from connector.ledger import glance, store_health
from connector.ledger.glance import Glance
from connector.ledger.store_health import Authorisation, Webhooks

PLATFORMS = {"tiktok": "TikTok Shop", "shopify": "Shopify"}
_SOON = timedelta(days=14)
"""Long enough for somebody to come back from their holidays and authorise the shop again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a store stands, as a badge: its kind, its icon and its words."""

    kind: str
    icon: str
    words: str


@dataclass(frozen=True, slots=True)
class StoreView:
    """Everything that is known of a store without asking a platform."""

    glance: Glance
    authorisations: list[Authorisation]
    webhooks: list[Webhooks]

    @property
    def name(self) -> str:
        """The store's name."""
        return self.glance.store.name

    def ends_soon(self, now: datetime) -> list[Authorisation]:
        """Authorisations that end soon or have ended, and only a person can renew."""
        return [each for each in self.authorisations if each.ends_at and each.ends_at - now < _SOON]

    def standing(self, now: datetime) -> Standing:
        """The one thing that matters most."""
        store = self.glance.store
        if store.paused:
            return Standing("muted", "pause", "Paused")
        if self.glance.refused_by:
            return Standing("bad", "key", "Authorisation refused")
        if store.last_error:
            return Standing("bad", "alert", "Last run failed")
        if self.glance.late(now):
            return Standing("warn", "clock", "Behind")
        if self.ends_soon(now):
            return Standing("warn", "key", "Authorisation ends soon")
        if store.complete_up_to is None:
            return Standing("info", "clock", "Not synced yet")
        return Standing("good", "check", "Up to date")


def views(session: Session, *, now: datetime) -> list[StoreView]:
    """Every store, by name."""
    authorised = store_health.authorisations(session)
    told = store_health.webhooks(session, now=now)
    return [
        StoreView(each, authorised.get(each.store.id, []), told.get(each.store.id, []))
        for each in glance.glances(session)
    ]


def view(session: Session, *, name: str, now: datetime) -> StoreView:
    """One store; raises UsageError when there is none of that name."""
    found = next((each for each in views(session, now=now) if each.name == name), None)
    if found is None:
        raise UsageError(f"There is no store named {name[:64]}.")
    return found

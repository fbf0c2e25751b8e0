"""The orders one worker holds at a time, on their way from claimed to created.

These are plain classes on purpose: Prefect walks into dataclasses, lists and dicts that pass between tasks,
which for thousands of orders costs more than the work itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from connector.ledger.claims import ClaimedOrder
from connector.mapping.matching import Match
from connector.mapping.order import ShopifyOrder
from models.wire.tiktok import TikTokOrder


class Candidate:
    """One claimed order and what has become of it so far."""

    __slots__ = ("claimed", "match", "order", "shopify_order")

    def __init__(self, claimed: ClaimedOrder) -> None:
        self.claimed = claimed
        self.order: TikTokOrder | None = None
        self.match: Match | None = None
        self.shopify_order: ShopifyOrder | None = None

    @property
    def pk(self) -> int:
        return self.claimed.pk

    def let_go(self) -> None:
        """Keep of the document only the address: once it is read, the rest of it would double the batch."""
        raw = {"recipient_address": self.claimed.raw.get("recipient_address")}
        self.claimed = replace(self.claimed, raw=raw)


class Batch:
    """Claimed orders that still need an outcome; an order leaves when its outcome is recorded."""

    __slots__ = ("_held_until", "_live", "owner", "sent")

    def __init__(self, claimed: Sequence[ClaimedOrder], *, owner: str, held_until: datetime) -> None:
        self.owner = owner
        """Whose the leases are: this batch's alone, so that another one of the same run is a stranger."""
        self._live = {each.pk: Candidate(each) for each in claimed}
        self._held_until = dict.fromkeys(self._live, held_until)
        self.sent: set[int] = set()
        """Orders whose request has left in this batch: it never leaves again from here."""

    def __len__(self) -> int:
        return len(self._live)

    @property
    def live(self) -> list[Candidate]:
        """Orders without an outcome, newest first as they were claimed."""
        return list(self._live.values())

    @property
    def ready(self) -> list[Candidate]:
        """Orders that can be sent to Shopify now."""
        return [each for each in self._live.values() if each.shopify_order and each.pk not in self.sent]

    def prolong(self, pks: Iterable[int], held_until: datetime) -> None:
        """Note that the leases of these orders last until then."""
        self._held_until.update(dict.fromkeys(pks, held_until))

    def holds(self, pk: int, until: datetime) -> bool:
        """Whether the order is surely nobody else's before `until`."""
        return pk in self._live and until <= self._held_until[pk]

    def drop(self, pks: Iterable[int]) -> None:
        """Forget orders that have their outcome, or that somebody else owns now."""
        for pk in pks:
            self._live.pop(pk, None)

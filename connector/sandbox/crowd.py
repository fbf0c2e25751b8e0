"""The people and orders of a scenario: drawn from a seed, placed at chosen ages, moved on as time passes."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from connector.sandbox.journeys import Journey, age_for, schedule
from connector.sandbox.oddities import Oddity
from connector.sandbox.people import buyer
from connector.sandbox.platforms import StorePair
from connector.sandbox.tiktok import Item, OrderDraft, TikTokWorld

_CROWD = {
    "UNPAID": 6,
    "ON_HOLD": 10,
    "AWAITING_SHIPMENT": 44,
    "PARTIALLY_SHIPPING": 6,
    "AWAITING_COLLECTION": 18,
    "IN_TRANSIT": 22,
    "DELIVERED": 30,
    "COMPLETED": 14,
    "CANCELLED": 8,
}
"""Plain orders of each pair by the status they stand in when the scenario starts."""
_PLAIN_SKUS = (
    "TEE-BLK-M",
    "TEE-WHT-M",
    "MUG-01",
    "MUG-02",
    "TOTE-NAT",
    "CANDLE-FIG",
    "BOTTLE-500",
    "HOOD-GRY-L",
)

_FATES = ("usual", "usual", "usual", "usual", "slow", "cancelled")
_FATE_OF = {"UNPAID": "unpaid", "CANCELLED": "cancelled", "PARTIALLY_SHIPPING": "split"}
_FLEETING = ("UNPAID", "UNPAID", "ON_HOLD", "ON_HOLD", "PARTIALLY_SHIPPING", "PARTIALLY_SHIPPING")
_SLOW = 10
"""Delivered orders of each pair whose return window is over while TikTok has not completed them."""
_RETURNS = (
    ("RETURN_OR_REFUND_REQUEST_PENDING", ""),
    ("AWAITING_BUYER_SHIP", ""),
    ("REFUND_OR_RETURN_REQUEST_REJECT", "IN_PROGRESS"),
    ("REFUND_OR_RETURN_REQUEST_REJECT", ""),
    ("RETURN_OR_REFUND_REQUEST_COMPLETE", ""),
    ("RETURN_OR_REFUND_REQUEST_CANCEL", ""),
)
"""Status and arbitration of the returns asked for, on the orders delivered longest ago."""


class Crowd:
    """Places orders and moves them on; the same seed does the same."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)
        self._journeys: list[Journey] = []

    def travel(self, world: TikTokWorld, now: datetime) -> int:
        """Bring every order to where it is by `now`; returns how many changes of status that were."""
        return sum(journey.travel(world, now) for journey in self._journeys)

    def moment(self, now: datetime, span: timedelta) -> datetime:
        """A random instant within the `span` before now."""
        return now - span * self._dice.random()

    def populate(self, pair: StorePair, now: datetime) -> None:
        """Place plain orders so that some stand in every status now."""
        for status, number in _CROWD.items():
            for _ in range(number):
                self.arrive(pair, now - age_for(status, self._dice), now, _FATE_OF.get(status, "usual"))
        for _ in range(_SLOW):
            self.arrive(pair, now - timedelta(days=20 + 6 * self._dice.random()), now, "slow")

    def freshen(self, pair: StorePair, now: datetime) -> int:
        """Place a few orders that stand in the statuses an order soon leaves; returns changes of status."""
        return sum(
            self.arrive(pair, now - age_for(status, self._dice), now, _FATE_OF.get(status, "usual"))
            for status in _FLEETING
        )

    def arrive(self, pair: StorePair, placed: datetime, now: datetime, fate: str = "") -> int:
        """Place an order and bring it to where it is by `now`; returns its changes of status so far.

        Without a `fate` (see `schedule`) the order draws one.
        """
        draft = self.draft(pair)
        order_id = pair.tiktok.place(pair.shop, draft, status="UNPAID", created_at=placed)
        going = fate or self._dice.choice(_FATES)
        journey = Journey(order_id, schedule(placed, self._dice, on_hold=draft.on_hold, fate=going))
        self._journeys.append(journey)
        return journey.travel(pair.tiktok, now)

    def draft(self, pair: StorePair) -> OrderDraft:
        """A plain order of a random buyer: one to three SKUs that Shopify knows, discounted or not."""
        dice = self._dice
        items = tuple(
            self._item(pair, sku) for sku in dice.sample(_PLAIN_SKUS, dice.choice((1, 1, 1, 2, 2, 3)))
        )
        fee = dice.choice((Decimal(0), Decimal("3.99"), Decimal("5.99")))
        words: dict[str, Any] = {
            "shipping_fee": fee,
            "shipping_platform_discount": min(fee, dice.choice((Decimal(0), Decimal("2.00")))),
            "shipping_type": dice.choice(("SELLER", "SELLER", "SELLER", "TIKTOK")),
            "on_hold": dice.random() < 0.9,
            "buyer_message": dice.choice(("", "", "", "Please leave it at the front door")),
        }
        return pair.draft(*items, who=buyer(pair.shop.region, dice.randint(1, 900)), **words)

    def _item(self, pair: StorePair, sku: str) -> Item:
        quantity, listing = self._dice.choice((1, 1, 1, 2, 3)), pair.listings[sku]
        part = (listing.price * self._dice.choice((0, 0, 5, 10)) / 100).quantize(Decimal("0.01"))
        platform = (listing.price * self._dice.choice((0, 0, 5)) / 100).quantize(Decimal("0.01"))
        return Item(listing, quantity, part, platform)

    def add_odd(self, pair: StorePair, odd: Oddity, now: datetime) -> None:
        """Place an odd order."""
        draft = pair.draft(*odd.items, who=buyer(pair.shop.region, self._dice.randint(1, 900)), **odd.words)
        placed = now - age_for(odd.status, self._dice)
        order_id = pair.tiktok.place(pair.shop, draft, status=odd.status, created_at=placed, edit=odd.edit)
        if odd.cancel_first_unit:
            pair.tiktok.cancel_units(order_id, [pair.tiktok.order(order_id)["line_items"][0]["id"]])

    def ask_for_returns(self, pair: StorePair) -> None:
        """Open returns in every stage on the longest delivered orders, and one request to cancel."""
        documents = [pair.tiktok.order(order.key) for order in pair.shop.book]
        delivered = [raw for raw in documents if raw.get("status") == "DELIVERED"]
        delivered.sort(key=lambda raw: int(raw["delivery_time"]))
        for raw, (status, arbitration) in zip(delivered, _RETURNS, strict=False):
            pair.tiktok.open_return(raw["id"], status, arbitration=arbitration)
        waiting = next(raw["id"] for raw in documents if raw.get("status") == "AWAITING_SHIPMENT")
        pair.tiktok.open_cancellation(waiting)

"""How a demo order travels: when it reaches which status, before and after the scenario starts."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connector.sandbox.tiktok import TikTokWorld

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(slots=True)
class Journey:
    """One order and the statuses it has still to reach, earliest first."""

    order_id: str
    ahead: list[tuple[datetime, str]] = field(default_factory=list)

    def travel(self, world: TikTokWorld, now: datetime) -> int:
        """Bring the order to where it is by `now`; returns how many statuses it went through."""
        due = [step for step in self.ahead if step[0] <= now]
        self.ahead = self.ahead[len(due) :]
        for at, status in due:
            world.move_order(self.order_id, status, at=at)
        return len(due)


def schedule(
    placed: datetime, dice: random.Random, *, on_hold: bool, fate: str
) -> list[tuple[datetime, str]]:
    """The statuses of an order placed at an instant.

    `fate` is how it goes: `usual`, `slow` (TikTok completes it long after the return window), `split` (ships
    in parts first), `unpaid` (never paid, so cancelled) or `cancelled` (paid, then cancelled unshipped).
    """
    if fate == "unpaid":
        return [(placed + DAY, "CANCELLED")]
    paid = placed + timedelta(minutes=dice.randint(1, 20))
    released = paid + HOUR
    steps = [(paid, "ON_HOLD"), (released, "AWAITING_SHIPMENT")] if on_hold else [(paid, "AWAITING_SHIPMENT")]
    if fate == "cancelled":
        return [*steps, (released + dice.randint(2, 20) * HOUR, "CANCELLED")]
    if fate == "split":
        steps.append((released + 6 * HOUR, "PARTIALLY_SHIPPING"))
    shipped = released + dice.randint(18, 30) * HOUR
    collected = shipped + dice.randint(4, 14) * HOUR
    delivered = collected + dice.randint(40, 90) * HOUR
    completed = delivered + (40 * DAY if fate == "slow" else 14 * DAY + 2 * HOUR)
    return [
        *steps,
        (shipped, "AWAITING_COLLECTION"),
        (collected, "IN_TRANSIT"),
        (delivered, "DELIVERED"),
        (completed, "COMPLETED"),
    ]


AGES = {
    "UNPAID": (timedelta(0), timedelta(seconds=50)),
    "ON_HOLD": (timedelta(minutes=21), timedelta(minutes=60)),
    "AWAITING_SHIPMENT": (timedelta(minutes=90), 6 * HOUR),
    "PARTIALLY_SHIPPING": (8 * HOUR, 18 * HOUR),
    "AWAITING_COLLECTION": (32 * HOUR, 33 * HOUR),
    "IN_TRANSIT": (46 * HOUR, 60 * HOUR),
    "DELIVERED": (6 * DAY, 15 * DAY),
    "COMPLETED": (21 * DAY, 26 * DAY),
    "CANCELLED": (2 * DAY, 9 * DAY),
}
"""How old an order is that stands in a status now; a few stand one further or one short."""


def age_for(status: str, dice: random.Random) -> timedelta:
    """A random age of an order that stands in a status."""
    youngest, oldest = AGES[status]
    return youngest + (oldest - youngest) * dice.random()

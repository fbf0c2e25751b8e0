"""A shop of the sandbox TikTok: its identity, its orders, its returns and cancellations."""

from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.tiktok.book import ShopBook


@dataclass(slots=True)
class Subscription:
    """Where a shop wants one kind of webhook delivered."""

    event_type: str
    address: str
    create_time: int
    update_time: int


@dataclass(slots=True)
class RequestBudget:
    """Counts a shop's requests of the running second against the rate limit."""

    second: int = 0
    used: int = 0

    def spend(self, second: int, limit: float) -> bool:
        """Take one request out of this second's budget; False when it is used up."""
        if second != self.second:
            self.second, self.used = second, 0
        self.used += 1
        return self.used <= limit


@dataclass(slots=True)
class Shop:
    """One shop; `cipher` is what requests name it by, `id` what webhooks name it by."""

    id: str
    name: str
    region: str
    currency: str
    cipher: str
    code: str
    book: ShopBook = field(repr=False)
    seller_type: str = "LOCAL"
    inactive_code: int = 0
    """36009043 (seller inactive) or 36009044 (shop inactive) while TikTok refuses this shop; 0: active."""
    returns: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    """Return requests by `return_id`, wire-shaped."""
    cancellations: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    """Cancellation requests by `cancel_id`, wire-shaped."""
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    budget: RequestBudget = field(default_factory=RequestBudget)

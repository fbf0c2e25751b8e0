"""What may become of an order that somebody worked on; each says how its last create request ended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from models.state import Reason

AttemptEnd = Literal["made", "not_made", "unknown"]


@dataclass(frozen=True, slots=True)
class Created:
    """The order exists on Shopify. `linked`: it was found there; `followup`: what is still to be done."""

    pk: int
    shopify_order_id: str
    shopify_order_name: str
    linked: bool = False
    detail: str = ""
    followup: str | None = None
    attempt: AttemptEnd | None = "made"


@dataclass(frozen=True, slots=True)
class Blocked:
    """A person is needed."""

    pk: int
    reason: Reason
    attempt: AttemptEnd | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """It is tried again at `next_try_at`. `variants_stale`: its variants are to be asked of Shopify again."""

    pk: int
    reason: Reason | None
    next_try_at: datetime | None
    attempt: AttemptEnd | None = None
    variants_stale: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """By rule it is never created."""

    pk: int
    reason: Reason
    attempt: AttemptEnd | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """It was looked for on Shopify and not found; whether its last request did something stays open."""

    pk: int
    next_try_at: datetime
    attempt: AttemptEnd | None = None


Outcome = Created | Blocked | Waiting | Ignored | Looked

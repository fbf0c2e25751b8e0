"""What the Shopify client gives back: the outcomes of writes and the rows of reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

NotMadeKind = Literal[
    "throttled", "unavailable", "too_many_attempts", "reauthorize", "access_denied", "refused"
]


@dataclass(frozen=True, slots=True)
class Made:
    """The order exists on Shopify now."""

    order_id: str
    """The order's gid."""
    name: str
    """What people call it, e.g. `#1001`."""
    notes: tuple[str, ...] = ()
    """What Shopify complained of although it made the order."""
    total: Decimal | None = None
    """What Shopify shows as the order's total, in the shop's currency; None where it did not say."""


@dataclass(frozen=True, slots=True)
class NotMade:
    """Surely no order was made by this request, and `kind` says what to do about it.

    `throttled`, `unavailable`, `too_many_attempts`: send the same again after `retry_after` seconds (None:
    choose). `reauthorize`, `access_denied`: a person must mend the store's connection or scopes. `refused`:
    Shopify said no to this order; `fields` are the dotted paths it names, e.g. `order.shippingAddress.zip`.
    """

    kind: NotMadeKind
    message: str
    fields: tuple[str, ...] = ()
    retry_after: float | None = None
    identifier_taken: bool = False
    """Shopify hints that another order has this identifier: look it up, and link it if it is there."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """An order may or may not have been made: look it up before anything else is tried."""

    message: str


CreateResult = Made | NotMade | Unknown


@dataclass(frozen=True, slots=True)
class FoundOrder:
    """An order as a look-up saw it; `total` is in the shop's currency."""

    id: str
    name: str
    source_identifier: str | None
    custom_id: str | None
    created_at: datetime
    processed_at: datetime | None
    cancelled_at: datetime | None
    total: Decimal
    currency: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VariantRow:
    """A product variant; `price` is Shopify's decimal string in the shop's currency."""

    variant_id: str
    product_id: str
    sku: str
    title: str
    price: str
    taxable: bool
    product_status: str


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What a store says of itself and of the app's access to it."""

    name: str
    domain: str
    currency: str
    taxes_included: bool
    plan: str
    is_development: bool
    """Development and trial stores take five new orders a minute at most."""
    scopes: frozenset[str]
    location_id: str | None
    """Where orders shipped before import are fulfilled from; None: no active location, or no scope to ask."""
    api_versions: tuple[str, ...]
    """The versions Shopify supports now."""


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """What has become of an order on Shopify."""

    is_there: bool
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class CancelResult:
    """`done`: cancelled now. `already`: it was. `refused`: Shopify will not (e.g. it is fulfilled)."""

    status: Literal["done", "already", "refused"]
    message: str = ""


@dataclass(frozen=True, slots=True)
class Tracking:
    """How to follow a parcel; `company` spelled as Shopify lists it becomes a link there."""

    number: str
    company: str | None = None


@dataclass(frozen=True, slots=True)
class FulfilResult:
    """`done`: fulfilled now. `already`: nothing was left to do. `refused`: Shopify will not."""

    status: Literal["done", "already", "refused"]
    message: str = ""
    fulfilled: Mapping[str, int] = field(default_factory=dict)
    """Units fulfilled by this call, by variant gid."""

"""What a shop holds. Field names are the API's in snake case, so that the schema can read them directly."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from connector.sandbox.shopify.goods import Location, Variant
from connector.sandbox.shopify.money import MoneyBag


def legacy_id(gid: str) -> str:
    """The number at the end of a global id."""
    return gid.rsplit("/", 1)[-1]


@dataclass(slots=True)
class Customer:
    """A customer; identified by e-mail."""

    id: str
    email: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    number_of_orders: int = 0


@dataclass(slots=True)
class TaxLine:
    """Tax as the client gave it; Shopify computes none for API orders."""

    title: str
    rate: Decimal
    price_set: MoneyBag
    channel_liable: bool


@dataclass(slots=True)
class LineItem:
    """A line of an order; `unfulfilled_quantity` falls as parts are shipped."""

    id: str
    variant: Variant | None
    title: str
    variant_title: str | None
    sku: str | None
    vendor: str | None
    quantity: int
    current_quantity: int
    unfulfilled_quantity: int
    original_unit_price_set: MoneyBag
    requires_shipping: bool
    taxable: bool
    is_gift_card: bool
    tax_lines: list[TaxLine]
    custom_attributes: list[dict[str, str]]
    claimed_at: str | None = None
    """The location whose stock was deducted for this line."""


@dataclass(slots=True)
class ShippingLine:
    """A shipping line of an order."""

    id: str
    title: str
    code: str | None
    source: str | None
    original_price_set: MoneyBag
    tax_lines: list[TaxLine]


@dataclass(slots=True)
class Transaction:
    """A payment of an order."""

    id: str
    kind: str
    status: str
    gateway: str | None
    amount_set: MoneyBag
    created_at: datetime
    processed_at: datetime
    test: bool


@dataclass(slots=True)
class Metafield:
    """A metafield of an order."""

    id: str
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class FulfillmentOrderLine:
    """The part of a line item that one fulfilment order ships."""

    id: str
    line_item: LineItem
    total_quantity: int
    remaining_quantity: int


@dataclass(slots=True)
class FulfillmentOrder:
    """What one location has to ship of an order."""

    id: str
    order: "Order"
    location: Location
    status: str
    created_at: datetime
    updated_at: datetime
    lines: list[FulfillmentOrderLine]
    request_status: str = "UNSUBMITTED"


@dataclass(slots=True)
class Fulfillment:
    """A parcel: lines with quantities, and tracking."""

    id: str
    name: str
    order: "Order"
    location: Location | None
    fulfillment_order: FulfillmentOrder
    lines: list[tuple[str, LineItem, int]]
    status: str
    created_at: datetime
    updated_at: datetime
    tracking_info: list[dict[str, str | None]]
    display_status: str = "FULFILLED"


@dataclass(slots=True, eq=False)
class Order:
    """An order as it is now; sums are those of its making."""

    id: str
    number: int
    name: str
    app_id: str
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    currency_code: str
    presentment_currency_code: str
    taxes_included: bool
    test: bool
    lines: list[LineItem] = field(default_factory=list)
    shipping: list[ShippingLine] = field(default_factory=list)
    tax_lines: list[TaxLine] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)
    fulfillment_orders: list[FulfillmentOrder] = field(default_factory=list)
    fulfillments: list[Fulfillment] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    custom_attributes: list[dict[str, str]] = field(default_factory=list)
    customer: Customer | None = None
    customer_accepts_marketing: bool = False
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    po_number: str | None = None
    source_name: str | None = None
    source_identifier: str | None = None
    discount_code: str | None = None
    shipping_address: dict[str, Any] | None = None
    billing_address: dict[str, Any] | None = None
    given_financial_status: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    subtotal: Decimal = Decimal(0)
    shipping_total: Decimal = Decimal(0)
    tax_total: Decimal = Decimal(0)
    discount_total: Decimal = Decimal(0)
    total: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    presentment_total: Decimal = Decimal(0)
    inventory_behaviour: str = "BYPASS"
    receipt_sent: bool = False
    source_url: str | None = None

    def paid(self, *kinds: str) -> Decimal:
        """The sum of the successful transactions of these kinds."""
        zero = Decimal(0)
        return sum(
            (
                t.amount_set.shop_money.value
                for t in self.transactions
                if t.status == "SUCCESS" and t.kind in kinds
            ),
            zero,
        )

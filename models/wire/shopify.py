"""The part of Shopify's `OrderCreateOrderInput` the connector fills in (Admin API 2025-10 to 2026-10).

Amounts are decimal strings with exactly the currency's digits. Keys that do not apply are left out.
"""

from typing import NotRequired, TypedDict


class Money(TypedDict):
    """An amount with its currency."""

    amount: str
    currencyCode: str


class MoneyBag(TypedDict):
    """Money in the shop's currency; orders whose currency differs are never created."""

    shopMoney: Money


class KeyValue(TypedDict):
    """A custom attribute of an order."""

    key: str
    value: str


class LineProperty(TypedDict):
    """A property of a line item; a name that begins with `_` is not shown to people."""

    name: str
    value: str


class TaxLine(TypedDict):
    """Tax on a whole line, shipping line or order; `rate` is a fraction."""

    title: str
    rate: str
    priceSet: MoneyBag
    channelLiable: bool


class LineItem(TypedDict):
    """A variant and its quantity, or a fee, which has a title and no variant."""

    quantity: int
    priceSet: MoneyBag
    requiresShipping: bool
    taxable: bool
    variantId: NotRequired[str]
    title: NotRequired[str]
    properties: NotRequired[list[LineProperty]]
    taxLines: NotRequired[list[TaxLine]]


class ShippingLine(TypedDict):
    """What the buyer paid for shipping."""

    title: str
    priceSet: MoneyBag
    taxLines: NotRequired[list[TaxLine]]


class MailingAddress(TypedDict, total=False):
    """Where the parcel goes; parts that are not known are left out."""

    firstName: str
    lastName: str
    address1: str
    address2: str
    city: str
    provinceCode: str
    countryCode: str
    zip: str
    phone: str


class FixedDiscount(TypedDict):
    """A discount code worth an amount; the code need not exist on Shopify."""

    code: str
    amountSet: MoneyBag


class DiscountCode(TypedDict):
    """The one discount code an order may have."""

    itemFixedDiscountCode: FixedDiscount


class Transaction(TypedDict):
    """A payment that happened elsewhere."""

    kind: str
    status: str
    gateway: str
    processedAt: str
    amountSet: MoneyBag


class Metafield(TypedDict):
    """A value with a definition on Shopify; one of type `id` is unique among orders."""

    namespace: str
    key: str
    type: str
    value: str


class Fulfillment(TypedDict):
    """How an order that was shipped before import went out; it applies to every line."""

    locationId: str
    notifyCustomer: bool
    trackingNumber: NotRequired[str]
    trackingCompany: NotRequired[str]


class OrderInput(TypedDict):
    """The `$order` of orderCreate."""

    sourceIdentifier: str
    currency: str
    processedAt: str
    taxesIncluded: bool
    buyerAcceptsMarketing: bool
    tags: list[str]
    customAttributes: list[KeyValue]
    metafields: list[Metafield]
    lineItems: list[LineItem]
    shippingLines: list[ShippingLine]
    taxLines: NotRequired[list[TaxLine]]
    discountCode: NotRequired[DiscountCode]
    transactions: NotRequired[list[Transaction]]
    financialStatus: NotRequired[str]
    fulfillmentStatus: NotRequired[str]
    fulfillment: NotRequired[Fulfillment]
    shippingAddress: NotRequired[MailingAddress]
    email: NotRequired[str]
    note: NotRequired[str]


class OrderOptions(TypedDict):
    """The `$options` of orderCreate."""

    inventoryBehaviour: str
    sendReceipt: bool
    sendFulfillmentReceipt: bool

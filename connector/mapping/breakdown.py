"""TikTok's breakdown of what the buyer paid, for people: read tolerantly, whatever the document holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connector.mapping.settlement import settle
from models.money import ZERO, parse_amount
from models.state import Reason
from models.wire.tiktok import MalformedOrder, parse_order

_LABELS = {
    "original_total_product_price": "Products at full price",
    "seller_discount": "Seller's discount",
    "platform_discount": "TikTok's discount",
    "sub_total": "Products",
    "original_shipping_fee": "Shipping at full price",
    "shipping_fee_seller_discount": "Seller's discount on shipping",
    "shipping_fee_platform_discount": "TikTok's discount on shipping",
    "shipping_fee_cofunded_discount": "Shared discount on shipping",
    "shipping_fee": "Shipping",
    "product_tax": "Tax on products",
    "shipping_fee_tax": "Tax on shipping",
    "item_insurance_tax": "Tax on insurance",
    "tax": "Tax",
    "retail_delivery_fee": "Retail delivery fee",
    "buyer_service_fee": "Buyer service fee",
    "small_order_fee": "Small order fee",
    "handling_fee": "Handling fee",
    "shipping_insurance_fee": "Shipping insurance",
    "item_insurance_fee": "Item insurance",
    "pfand_fee": "Deposit (Pfand)",
    "distance_shipping_fee": "Distance shipping fee",
    "distance_fee": "Distance fee",
    "payment_discount_service_fee": "Payment discount service fee",
    "payment_platform_discount": "TikTok's payment discount",
}
_OFF = frozenset(name for name in _LABELS if name.endswith("discount"))
_SUMS = frozenset({"sub_total", "shipping_fee", "tax"})


@dataclass(frozen=True, slots=True)
class Part:
    """One amount of the breakdown; `is_sum` when the ones above it explain it, negative for a discount."""

    label: str
    amount: Decimal
    is_sum: bool


def breakdown(raw: Mapping[str, Any]) -> list[Part]:
    """The amounts of an order's `payment` that are not zero, in the order a person adds them up."""
    payment = raw.get("payment")
    if not isinstance(payment, Mapping):
        return []
    amounts = ((name, _amount(payment.get(name))) for name in _LABELS)
    return [
        Part(_LABELS[name], -amount if name in _OFF else amount, name in _SUMS)
        for name, amount in amounts
        if amount
    ]


def booked_total(raw: Mapping[str, Any]) -> Decimal | None:
    """The total an order of this document has on Shopify; None where its figures do not add up."""
    try:
        settled = settle(parse_order(raw))
    except MalformedOrder:
        return None
    return None if isinstance(settled, Reason) else settled.total


def _amount(value: object) -> Decimal:
    try:
        return parse_amount(value)
    except ValueError:
        return ZERO

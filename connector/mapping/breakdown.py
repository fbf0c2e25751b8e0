"""TikTok's breakdown of what the buyer paid, for people: read tolerantly, whatever the document holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connector.mapping.settlement import settle
from models.money import ZERO, parse_amount
from models.state import Reason
from models.wire.tiktok import MalformedOrder, parse_order

_GOODS = {
    "original_total_product_price": "Products at full price",
    "seller_discount": "Seller's discount",
    "platform_discount": "TikTok's discount",
    "sub_total": "Products",
}
_SHIPPING = {
    "original_shipping_fee": "Shipping at full price",
    "shipping_fee_seller_discount": "Seller's discount on shipping",
    "shipping_fee_platform_discount": "TikTok's discount on shipping",
    "shipping_fee_cofunded_discount": "Shared discount on shipping",
    "shipping_fee": "Shipping",
}
_TAX = {
    "product_tax": "Tax on products",
    "shipping_fee_tax": "Tax on shipping",
    "item_insurance_tax": "Tax on insurance",
    "tax": "Tax",
}
_REST = {
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
    summed = [part for group in (_GOODS, _SHIPPING, _TAX) for part in _explained(payment, group)]
    return [*summed, *_parts(payment, _REST)]


def _explained(payment: Mapping[str, Any], labels: Mapping[str, str]) -> list[Part]:
    """The last amount of the group with what makes it up, or alone where one amount does."""
    *parts, last = labels.items()
    total = _parts(payment, dict([last]))
    makes_up = _parts(payment, dict(parts))
    if [each.amount for each in makes_up] == [each.amount for each in total]:
        return total
    return [*makes_up, *(Part(each.label, each.amount, is_sum=True) for each in total)]


def _parts(payment: Mapping[str, Any], labels: Mapping[str, str]) -> list[Part]:
    amounts = ((name, label, _amount(payment.get(name))) for name, label in labels.items())
    return [
        Part(label, -amount if name.endswith("discount") else amount, is_sum=False)
        for name, label, amount in amounts
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

"""The total Shopify will show for an order, worked out from what is sent and nothing else."""

from collections.abc import Iterable
from decimal import Decimal

from models.money import ZERO
from models.wire.shopify import MoneyBag, OrderInput, TaxLine


def shown_total(order_input: OrderInput) -> Decimal:
    """Lines, shipping and taxes that prices do not include, less the discount (Shopify reference 2)."""
    total = ZERO
    taxes: list[TaxLine] = list(order_input.get("taxLines", ()))
    for line in order_input["lineItems"]:
        total += _amount(line["priceSet"]) * line["quantity"]
        taxes.extend(line.get("taxLines", ()))
    for shipping in order_input["shippingLines"]:
        total += _amount(shipping["priceSet"])
        taxes.extend(shipping.get("taxLines", ()))
    if not order_input["taxesIncluded"]:
        total += _sum(tax["priceSet"] for tax in taxes)
    if "discountCode" in order_input:
        total -= _amount(order_input["discountCode"]["itemFixedDiscountCode"]["amountSet"])
    return total


def _sum(bags: Iterable[MoneyBag]) -> Decimal:
    return sum((_amount(bag) for bag in bags), ZERO)


def _amount(bag: MoneyBag) -> Decimal:
    return Decimal(bag["shopMoney"]["amount"])

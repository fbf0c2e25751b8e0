"""A second opinion on what Shopify shows, written apart from the code that is tested."""

from decimal import Decimal
from typing import Any


def total_on_shopify(order_input: Any) -> Decimal:
    """Lines, shipping and added taxes less a fixed discount, straight from the reference's words."""
    lines = order_input["lineItems"]
    goods = sum(Decimal(line["priceSet"]["shopMoney"]["amount"]) * line["quantity"] for line in lines)
    shipping = sum(Decimal(line["priceSet"]["shopMoney"]["amount"]) for line in order_input["shippingLines"])
    carriers = [order_input, *lines, *order_input["shippingLines"]]
    taxes = [tax for carrier in carriers for tax in carrier.get("taxLines", [])]
    added = sum(Decimal(tax["priceSet"]["shopMoney"]["amount"]) for tax in taxes)
    discount = order_input.get("discountCode", {}).get("itemFixedDiscountCode", {}).get("amountSet")
    less = Decimal(discount["shopMoney"]["amount"]) if discount else Decimal(0)
    return Decimal(goods + shipping) + (Decimal(0) if order_input["taxesIncluded"] else Decimal(added)) - less


def transaction_total(order_input: Any) -> Decimal:
    """What the order's transactions come to."""
    amounts = (each["amountSet"]["shopMoney"]["amount"] for each in order_input.get("transactions", []))
    return sum((Decimal(amount) for amount in amounts), Decimal(0))

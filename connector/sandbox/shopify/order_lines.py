"""The lines, payments and sums of a new order, built from a checked input."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connector.sandbox.shopify.call import Call
from connector.sandbox.shopify.money import MoneyBag
from connector.sandbox.shopify.records import LineItem, Order, ShippingLine, TaxLine, Transaction

_CENT = Decimal("0.01")


def line_item(call: Call, given: dict[str, Any]) -> LineItem:
    """A line item; what the input leaves out comes from the variant."""
    variant = call.world.catalog.variants.get(given.get("variantId") or "")
    if given.get("priceSet"):
        price = MoneyBag.from_input(given["priceSet"])
    else:
        price = MoneyBag.same(variant.price if variant else Decimal(0), call.world.currency)
    quantity = given["quantity"]
    return LineItem(
        id=call.world.new_id("LineItem"),
        variant=variant,
        title=given.get("title") or (variant.product.title if variant else ""),
        variant_title=given.get("variantTitle") or (variant.title if variant else None),
        sku=given.get("sku") or (variant.sku if variant else None),
        vendor=given.get("vendor") or (variant.product.vendor if variant else None),
        quantity=quantity,
        current_quantity=quantity,
        unfulfilled_quantity=quantity,
        original_unit_price_set=price,
        requires_shipping=given.get("requiresShipping", False),
        taxable=given.get("taxable", True),
        is_gift_card=given.get("giftCard", False),
        tax_lines=tax_lines(given.get("taxLines"), call.world.currency),
        custom_attributes=[{"key": p["name"], "value": p["value"]} for p in given.get("properties") or ()],
    )


def shipping_line(call: Call, given: dict[str, Any]) -> ShippingLine:
    """A shipping line."""
    return ShippingLine(
        id=call.world.new_id("ShippingLine"),
        title=given["title"],
        code=given.get("code"),
        source=given.get("source"),
        original_price_set=MoneyBag.from_input(given["priceSet"]),
        tax_lines=tax_lines(given.get("taxLines"), call.world.currency),
    )


def tax_lines(given: list[dict[str, Any]] | None, currency: str) -> list[TaxLine]:
    """Tax lines as given."""
    return [
        TaxLine(
            tax["title"],
            tax["rate"],
            MoneyBag.from_input(tax["priceSet"])
            if tax.get("priceSet")
            else MoneyBag.same(Decimal(0), currency),
            tax.get("channelLiable") or False,
        )
        for tax in given or ()
    ]


def transaction(call: Call, given: dict[str, Any]) -> Transaction:
    """A payment."""
    return Transaction(
        id=call.world.new_id("OrderTransaction"),
        kind=given.get("kind") or "SALE",
        status=given.get("status") or "SUCCESS",
        gateway=given.get("gateway"),
        amount_set=MoneyBag.from_input(given["amountSet"]),
        created_at=call.now,
        processed_at=given.get("processedAt") or call.now,
        test=given.get("test") or False,
    )


def add_up(order: Order, discount: dict[str, Any] | None) -> None:
    """Set the order's sums: lines + shipping + tax (unless included) - discount."""
    order.subtotal = sum(
        (line.original_unit_price_set.shop_money.value * line.quantity for line in order.lines), Decimal(0)
    )
    order.shipping_total = sum(
        (line.original_price_set.shop_money.value for line in order.shipping), Decimal(0)
    )
    taxes = [*order.tax_lines, *(tax for line in order.lines for tax in line.tax_lines)]
    taxes += [tax for line in order.shipping for tax in line.tax_lines]
    order.tax_total = sum((tax.price_set.shop_money.value for tax in taxes), Decimal(0))
    order.discount_total = _discount(order, discount)
    order.total = order.subtotal + order.shipping_total - order.discount_total
    if not order.taxes_included:
        order.total += order.tax_total
    order.presentment_total = _presentment(order, taxes)


def _discount(order: Order, given: dict[str, Any] | None) -> Decimal:
    if not given:
        return Decimal(0)
    if fixed := given.get("itemFixedDiscountCode"):
        order.discount_code = fixed["code"]
        amount = fixed.get("amountSet")
        return min(order.subtotal, amount["shopMoney"]["amount"] if amount else Decimal(0))
    if percentage := given.get("itemPercentageDiscountCode"):
        order.discount_code = percentage["code"]
        share = Decimal(str(percentage.get("percentage") or 0)) / 100
        return (order.subtotal * share).quantize(_CENT, ROUND_HALF_UP)
    order.discount_code = given["freeShippingDiscountCode"]["code"]
    return order.shipping_total


def _presentment(order: Order, taxes: list[TaxLine]) -> Decimal:
    if order.presentment_currency_code == order.currency_code:
        return order.total
    lines = sum(
        (line.original_unit_price_set.presentment_money.value * line.quantity for line in order.lines),
        Decimal(0),
    )
    shipping = sum((line.original_price_set.presentment_money.value for line in order.shipping), Decimal(0))
    tax = sum((tax.price_set.presentment_money.value for tax in taxes), Decimal(0))
    return lines + shipping + (Decimal(0) if order.taxes_included else tax)

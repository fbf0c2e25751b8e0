"""What TikTok's total is made of besides the units: shipping, fees, taxes and a payment discount.

TikTok documents `total_amount = sub_total + shipping_fee + taxes + retail_delivery_fee` and leaves open where
some other amounts stand (§3.4). Each way an order may be read is tried, the documented one first; the one
whose parts add up to TikTok's total exactly is how the order is booked. None: the order is not created.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from models.money import ZERO
from models.wire.tiktok import Payment, TikTokLineItem, TikTokOrder

BUYER_FEES = (
    "retail_delivery_fee",
    "buyer_service_fee",
    "small_order_fee",
    "handling_fee",
    "shipping_insurance_fee",
    "item_insurance_fee",
    "pfand_fee",
)
"""Fees the buyer pays on top of goods and shipping: always part of the total."""

UNPLACED_FEES = ("distance_shipping_fee", "distance_fee", "payment_discount_service_fee")
"""Fees of which TikTok does not say whether another amount holds them already."""

_PRICES_WITHOUT_TAX = frozenset({"USD"})
"""Currencies of markets where TikTok's prices are before tax."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read what the buyer paid besides the units."""

    shipping: Decimal
    fee_names: tuple[str, ...]
    discount: Decimal
    """`payment_platform_discount` where the total is net of it."""
    tax: Decimal
    """Tax on top of the prices; zero where they include it."""
    taxes_included: bool


def readings(order: TikTokOrder) -> Iterator[Reading]:
    """The ways an order may be read, the documented one first."""
    payment = order.payment
    unplaced = tuple(fees_of(payment, UNPLACED_FEES, order.line_items))
    discounts = _one_or_both(ZERO, payment.payment_platform_discount)
    shippings = _one_or_both(payment.shipping_fee, -payment.shipping_fee_cofunded_discount)
    choices = product(discounts, _subsets(unplaced), shippings, _tax_choices(payment))
    for discount, chosen, shipping, (tax, included) in choices:
        yield Reading(shipping, BUYER_FEES + chosen, discount, tax, included)


def fees_of(payment: Payment, names: Sequence[str], units: Sequence[TikTokLineItem]) -> dict[str, Decimal]:
    """The non-zero fees by name: the order's amount, or its units' where only those have one."""
    amounts = ((name, getattr(payment, name) or fee_of_units(name, units)) for name in names)
    return {name: amount for name, amount in amounts if amount}


def fee_of_units(name: str, units: Sequence[TikTokLineItem]) -> Decimal:
    """A fee as TikTok spreads it over units; zero for those it knows for whole orders only."""
    return sum((getattr(unit, name, ZERO) for unit in units), ZERO)


def _subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    masks = product((True, False), repeat=len(names))
    return [tuple(name for name, kept in zip(names, mask, strict=True) if kept) for mask in masks]


def _one_or_both(amount: Decimal, change: Decimal) -> tuple[Decimal, ...]:
    return (amount, amount + change) if change and amount + change >= 0 else (amount,)


def _tax_choices(payment: Payment) -> list[tuple[Decimal, bool]]:
    """(tax on top, prices include tax): added first, then contained in the prices."""
    parts = payment.product_tax + payment.shipping_fee_tax
    tax = payment.tax or parts
    insurance_tax = payment.item_insurance_tax
    if not tax and not insurance_tax:
        return [(ZERO, payment.currency not in _PRICES_WITHOUT_TAX)]
    added = [tax]
    if insurance_tax and tax != parts + insurance_tax:
        added = [tax + insurance_tax, tax]
    return [*((amount, False) for amount in added if amount), (ZERO, True)]

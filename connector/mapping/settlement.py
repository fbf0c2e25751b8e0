"""The figures an order is booked with, or why its parts do not add up to TikTok's total.

Units cancelled before import are left out. TikTok does not document whether `payment` still holds them
(§13.6): either the rest adds up to the total as it stands, or everything does, and the total less exactly
what is theirs is what the rest is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.mapping.charges import Reading, fee_of_units, fees_of, readings
from connector.mapping.units import active_units
from models.money import ZERO, format_amount
from models.state import Reason, ReasonCode
from models.wire.tiktok import Payment, TikTokLineItem, TikTokOrder

INSURANCE_FEE = "item_insurance_fee"


@dataclass(frozen=True, slots=True)
class Taxes:
    """Where tax on top of the prices is written down: per unit and shipping, or once for the order."""

    of_shipping: Decimal = ZERO
    of_insurance: Decimal = ZERO
    of_order: Decimal | None = None
    """The whole tax where TikTok's units do not add up to it; then nothing stands on lines."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the remaining units of an order come to; everything adds up to `total`."""

    total: Decimal
    shipping: Decimal
    fees: dict[str, Decimal]
    discount: Decimal
    taxes: Taxes | None
    """None: nothing is added to the prices."""
    taxes_included: bool


def settle(order: TikTokOrder) -> Settlement | Reason:
    """Find the reading of the order whose parts meet TikTok's total; `total_mismatch` when none does."""
    units = active_units(order)
    attempts = (_as_it_stands, _cancelled_tax_left_in, _cancelled_units_left_in)
    for attempt in attempts if len(units) < len(order.line_items) else attempts[:1]:
        for reading in readings(order):
            settled = attempt(order, reading, units)
            if settled is not None:
                return settled
    return _mismatch(order, units)


def _as_it_stands(order: TikTokOrder, reading: Reading, units: Sequence[TikTokLineItem]) -> Settlement | None:
    """The order as its payment describes it, if these units with it come to the total."""
    fees = fees_of(order.payment, reading.fee_names, units)
    before_tax = _before_tax(reading, fees, units)
    if before_tax + reading.tax != order.payment.total_amount or before_tax < reading.shipping:
        return None
    return _settled(
        reading, order.payment.total_amount, fees, _placed(order.payment, reading.tax, units, fees)
    )


def _cancelled_tax_left_in(
    order: TikTokOrder, reading: Reading, units: Sequence[TikTokLineItem]
) -> Settlement | None:
    """The total is that of the remaining units, but `tax` is still that of all: the units know their own."""
    payment = order.payment
    fees = fees_of(payment, reading.fee_names, units)
    tax = _tax_of(units) + payment.shipping_fee_tax + payment.item_insurance_tax
    if not reading.tax or _before_tax(reading, fees, units) + tax != payment.total_amount:
        return None
    return _settled(reading, payment.total_amount, fees, _placed(payment, tax, units, fees))


def _cancelled_units_left_in(
    order: TikTokOrder, reading: Reading, units: Sequence[TikTokLineItem]
) -> Settlement | None:
    """The total still holds the cancelled units: take off exactly their price, tax and fees."""
    payment = order.payment
    all_fees = fees_of(payment, reading.fee_names, order.line_items)
    whole = _before_tax(reading, all_fees, order.line_items) + reading.tax
    taxes = _placed(payment, reading.tax, order.line_items, all_fees)
    if whole != payment.total_amount or reading.discount or (taxes and taxes.of_order is not None):
        return None
    fees = {name: _left_of_fee(name, amount, order, units) for name, amount in all_fees.items()}
    cancelled_tax = _tax_of(order.line_items) - _tax_of(units) if taxes else ZERO
    total = _before_tax(reading, fees, units) + reading.tax - cancelled_tax
    return _settled(reading, total, {name: fee for name, fee in fees.items() if fee}, taxes)


def _left_of_fee(name: str, amount: Decimal, order: TikTokOrder, units: Sequence[TikTokLineItem]) -> Decimal:
    """A fee without the cancelled units' part, where TikTok says what their part is."""
    spread_out = fee_of_units(name, order.line_items)
    return fee_of_units(name, units) if spread_out == amount else amount


def _settled(reading: Reading, total: Decimal, fees: dict[str, Decimal], taxes: Taxes | None) -> Settlement:
    return Settlement(total, reading.shipping, fees, reading.discount, taxes, reading.taxes_included)


def _before_tax(reading: Reading, fees: dict[str, Decimal], units: Sequence[TikTokLineItem]) -> Decimal:
    """Goods, shipping and fees less the discount, which Shopify takes off goods and fees only."""
    goods = sum((unit.sale_price for unit in units), ZERO)
    return goods + reading.shipping + sum(fees.values(), ZERO) - reading.discount


def _tax_of(units: Sequence[TikTokLineItem]) -> Decimal:
    return sum((unit.tax for unit in units if unit.item_tax), ZERO)


def _placed(
    payment: Payment, tax: Decimal, units: Sequence[TikTokLineItem], fees: dict[str, Decimal]
) -> Taxes | None:
    """Tax on lines where the units', shipping's and insurance's add up to it, else on the whole order."""
    if not tax:
        return None
    of_units = _tax_of(units)
    insurance_taxes = (payment.item_insurance_tax, ZERO) if INSURANCE_FEE in fees else (ZERO,)
    for of_shipping in (payment.shipping_fee_tax, ZERO):
        for of_insurance in insurance_taxes:
            if of_units + of_shipping + of_insurance == tax:
                return Taxes(of_shipping, of_insurance)
    return Taxes(of_order=tax)


def _mismatch(order: TikTokOrder, units: Sequence[TikTokLineItem]) -> Reason:
    payment = order.payment
    reading = next(iter(readings(order)))
    fees = fees_of(payment, reading.fee_names, units)
    goods = sum((unit.sale_price for unit in units), ZERO)
    parts = {"line items": goods, "shipping": reading.shipping, "tax": reading.tax, **fees}
    named = ", ".join(
        f"{name.replace('_', ' ')} {_shown(part, payment)}" for name, part in parts.items() if part
    )
    adds_up = _shown(_before_tax(reading, fees, units) + reading.tax, payment)
    rest = " without its cancelled units" if len(units) < len(order.line_items) else ""
    return Reason(
        ReasonCode.TOTAL_MISMATCH,
        f"TikTok's total is {_shown(payment.total_amount, payment)} {payment.currency}, but the order{rest} "
        f"adds up to {adds_up} {payment.currency} ({named or 'nothing'})",
    )


def _shown(amount: Decimal, payment: Payment) -> str:
    try:
        return format_amount(amount, payment.currency)
    except ValueError:
        return f"{amount:f}"

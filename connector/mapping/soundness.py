"""What must be true of an order whatever becomes of it; Great Expectations reports the same for batches."""

from collections.abc import Iterator
from decimal import Decimal

from connector.mapping.charges import BUYER_FEES, UNPLACED_FEES
from connector.mapping.units import active_units
from models.currencies import CURRENCY_CODES
from models.money import has_currency_scale
from models.state import Reason, ReasonCode
from models.status import OrderStatus
from models.wire.tiktok import TikTokOrder

_PAYMENT_FIELDS = (
    "total_amount",
    "sub_total",
    "shipping_fee",
    "tax",
    "product_tax",
    "shipping_fee_tax",
    "item_insurance_tax",
    "payment_platform_discount",
    *BUYER_FEES,
    *UNPLACED_FEES,
)


def unsoundness(order: TikTokOrder) -> Reason | None:
    """`invalid_order` with the first thing that no order may have, or None."""
    problem = currency_fault(order) or amount_fault(order) or units_fault(order)
    return Reason(ReasonCode.INVALID_ORDER, problem) if problem else None


def currency_fault(order: TikTokOrder) -> str | None:
    """A currency code nobody knows, or units in another currency than the order."""
    currency = order.payment.currency
    if currency not in CURRENCY_CODES:
        return f"payment.currency is {currency[:16]!r}, which is no ISO 4217 code"
    for unit in order.line_items:
        if unit.currency not in ("", currency):
            return f"a line item is in {unit.currency[:16]!r} and the order in {currency}"
    return None


def amount_fault(order: TikTokOrder) -> str | None:
    """An amount below zero, or with more digits than the currency has."""
    currency = order.payment.currency
    for name, amount in _amounts(order):
        if amount and amount < 0:
            return f"{name} is {amount:f}, which is below zero"
        if amount and not has_currency_scale(amount, currency):
            return f"{name} is {amount:f}, which has more digits than {currency} has"
    return None


def units_fault(order: TikTokOrder) -> str | None:
    """No unit left to sell, or a bundle of which only a part was cancelled."""
    units = active_units(order)
    if not units:
        return "every unit is cancelled" if order.line_items else "the order has no line items"
    for unit in units:
        if any(part.display_status.upper() == OrderStatus.CANCELLED.upper() for part in unit.sub_item_info):
            return f"only a part of the bundle {unit.seller_sku[:80]!r} is cancelled"
    return None


def _amounts(order: TikTokOrder) -> Iterator[tuple[str, Decimal]]:
    payment = vars(order.payment)
    for name in _PAYMENT_FIELDS:
        yield f"payment.{name}", payment[name]
    for unit in order.line_items:
        yield "sale_price", unit.sale_price
        for tax in unit.item_tax:
            yield "item_tax", tax.tax_amount
            yield "tax_rate", tax.tax_rate if tax.tax_rate < 0 else Decimal(0)

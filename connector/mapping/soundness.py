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
    problem = _currency_fault(order) or _amount_fault(order) or _units_fault(order)
    return Reason(ReasonCode.INVALID_ORDER, problem) if problem else None


def other_currency(order: TikTokOrder) -> str | None:
    """The currency of the first unit that is not in the order's own."""
    currency = order.payment.currency
    return next((unit.currency for unit in order.line_items if unit.currency not in ("", currency)), None)


def lowest_amount(order: TikTokOrder) -> tuple[str, Decimal]:
    """The field with the lowest amount, and the amount: below zero it makes the order unusable."""
    return min(_amounts(order), key=_by_amount)


def too_precise(order: TikTokOrder) -> tuple[str, Decimal] | None:
    """The first field whose amount has more digits than the order's currency, and the amount."""
    currency = order.payment.currency
    for name, amount in _amounts(order):
        if amount and not has_currency_scale(amount, currency):
            return name, amount
    return None


def split_bundle(order: TikTokOrder) -> str | None:
    """The SKU of a bundle unit of which only a part was cancelled: what the rest cost is not known."""
    for unit in active_units(order):
        if any(part.display_status.lower() == OrderStatus.CANCELLED for part in unit.sub_item_info):
            return unit.seller_sku[:80]
    return None


def _currency_fault(order: TikTokOrder) -> str | None:
    currency = order.payment.currency
    if currency not in CURRENCY_CODES:
        return f"payment.currency is {currency[:16]!r}, which is no ISO 4217 code"
    other = other_currency(order)
    return f"a line item is in {other[:16]!r} and the order in {currency}" if other else None


def _amount_fault(order: TikTokOrder) -> str | None:
    name, amount = lowest_amount(order)
    if amount < 0:
        return f"{name} is {amount:f}, which is below zero"
    precise = too_precise(order)
    if precise is None:
        return None
    return f"{precise[0]} is {precise[1]:f}, which has more digits than {order.payment.currency} has"


def _units_fault(order: TikTokOrder) -> str | None:
    if not active_units(order):
        return "every unit is cancelled" if order.line_items else "the order has no line items"
    split = split_bundle(order)
    return None if split is None else f"only a part of the bundle {split!r} is cancelled"


def _by_amount(named: tuple[str, Decimal]) -> Decimal:
    return named[1]


def _amounts(order: TikTokOrder) -> Iterator[tuple[str, Decimal]]:
    payment = vars(order.payment)
    for name in _PAYMENT_FIELDS:
        yield f"payment.{name}", payment[name]
    for unit in order.line_items:
        yield "sale_price", unit.sale_price
        for tax in unit.item_tax:
            yield "tax_amount", tax.tax_amount

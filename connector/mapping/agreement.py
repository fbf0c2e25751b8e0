"""Which totals on Shopify agree with an order as TikTok shows it now."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connector.mapping.settlement import Settlement, settle
from models.money import parse_amount
from models.wire.tiktok import MalformedOrder, parse_order


def acceptable_totals(raw: Mapping[str, Any]) -> frozenset[Decimal]:
    """TikTok's total, and that of the units which are not cancelled; empty when neither can be read.

    An order is created with what it came to at that moment; units cancelled before are left out then, and
    TikTok's own total may or may not hold them still.
    """
    totals: set[Decimal] = set()
    payment = raw.get("payment")
    if isinstance(payment, Mapping) and payment.get("total_amount"):
        try:
            totals.add(parse_amount(payment["total_amount"]))
        except ValueError:
            return frozenset()
    try:
        settled = settle(parse_order(raw))
    except MalformedOrder:
        return frozenset(totals)
    if isinstance(settled, Settlement):
        totals.add(settled.total)
    return frozenset(totals)

"""The facts of an order that are checked, one row per order, without any personal data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from connector.mapping.soundness import lowest_amount, other_currency, split_bundle, too_precise
from connector.mapping.units import active_units
from models.money import ZERO
from models.status import status_from_tiktok
from models.wire.tiktok import MalformedOrder, TikTokOrder, parse_order


@dataclass(slots=True)
class OrderFacts:
    """One row of the frame; None where there is nothing to check. `pk` is the ledger's key of the order."""

    pk: int
    unreadable: str | None = None
    """What cannot be read, e.g. "payment.total_amount is missing"."""
    order_id: str | None = None
    currency: str | None = None
    line_currency: str | None = None
    lowest_amount: Decimal | None = None
    lowest_field: str = ""
    too_precise: str | None = None
    units: int | None = None
    line_items: int = 0
    split_bundle: str | None = None
    created_at: float | None = None
    updated_at: float | None = None
    first_step_at: float | None = None
    first_step: str = ""
    status: str | None = None
    fulfillment_type: str | None = None
    shipping_type: str | None = None


def facts_of(pk: int, raw: Mapping[str, Any]) -> OrderFacts:
    """Read what is checked; an order that cannot be read has that one fact only."""
    try:
        order = parse_order(raw)
    except MalformedOrder as error:
        return OrderFacts(pk, unreadable=str(error))
    field, amount = lowest_amount(order)
    precise = too_precise(order)
    step, step_at = _first_step(order)
    payment = order.payment
    return OrderFacts(
        pk,
        order_id=order.id,
        currency=payment.currency,
        line_currency=other_currency(order) or payment.currency,
        lowest_amount=min(amount, ZERO),
        lowest_field=field,
        too_precise=f"{precise[0]} is {precise[1]:f} {payment.currency[:16]}" if precise else None,
        units=len(active_units(order)),
        line_items=len(order.line_items),
        split_bundle=split_bundle(order),
        created_at=_seconds(order.create_time),
        updated_at=_seconds(order.update_time),
        first_step_at=step_at,
        first_step=step,
        status=status_from_tiktok(order.status),
        fulfillment_type=order.fulfillment_type,
        shipping_type=order.shipping_type,
    )


def _first_step(order: TikTokOrder) -> tuple[str, float | None]:
    """The earliest thing that happened to an order.

    Replacements and exchanges carry the payment of the order they replace: theirs is not looked at.
    """
    steps = {
        "update_time": order.update_time,
        "rts_time": order.rts_time,
        "delivery_time": order.delivery_time,
        "cancel_time": order.cancel_time,
    }
    if not (order.is_replacement_order or order.is_exchange_order):
        steps["paid_time"] = order.paid_time
    happened = [(at.timestamp(), name) for name, at in steps.items() if at is not None]
    if not happened:
        return "", None
    at, name = min(happened)
    return name, at


def _seconds(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()

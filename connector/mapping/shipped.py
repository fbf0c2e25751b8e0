"""Which units of an order were shipped before it came to Shopify, and how."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.mapping.units import active_units
from models.status import SHIPPED_STATUSES, OrderStatus, status_from_tiktok
from models.wire.tiktok import MalformedOrder, TikTokLineItem, TikTokOrder, parse_order


@dataclass(frozen=True, slots=True)
class Parcel:
    """How to follow what was shipped; blank where TikTok does not say."""

    tracking_number: str = ""
    tracking_company: str = ""


def is_shipped(order: TikTokOrder) -> bool:
    """Whether every unit that was not cancelled has been handed over or is about to be."""
    status = status_from_tiktok(order.status)
    if status == OrderStatus.PARTIALLY_SHIPPING:
        return all(_unit_shipped(unit) for unit in active_units(order))
    return status in SHIPPED_STATUSES


def shipped_units(order: TikTokOrder) -> list[TikTokLineItem]:
    """The units of a partially shipped order that went out; nothing for every other order."""
    if status_from_tiktok(order.status) != OrderStatus.PARTIALLY_SHIPPING or is_shipped(order):
        return []
    return [unit for unit in active_units(order) if _unit_shipped(unit)]


def parcel_of(order: TikTokOrder) -> Parcel:
    """The order's tracking, or that of the first unit that has one."""
    if order.tracking_number:
        return Parcel(order.tracking_number, order.shipping_provider)
    for unit in order.line_items:
        if unit.tracking_number:
            return Parcel(unit.tracking_number, unit.shipping_provider_name or order.shipping_provider)
    return Parcel(tracking_company=order.shipping_provider)


def fulfilment_of(
    raw: Mapping[str, Any], variant_by_sku_id: Mapping[str, str]
) -> tuple[dict[str, int], str, str]:
    """What went out of an order that was created open: units by variant, tracking number and company.

    By the time this is asked the rest may have been shipped too; then it is part of the answer.
    `variant_by_sku_id` is what TikTok's SKUs were matched to, as `Match.recorded` writes it. Units whose
    variant it does not know are left open.
    """
    try:
        order = parse_order(raw)
    except MalformedOrder:
        return {}, "", ""
    units: Counter[str] = Counter()
    for unit in active_units(order) if is_shipped(order) else shipped_units(order):
        units.update(variant_by_sku_id.get(unit.sku_id, "").split())
    parcel = parcel_of(order)
    return dict(units), parcel.tracking_number, parcel.tracking_company


def _unit_shipped(unit: TikTokLineItem) -> bool:
    return unit.status in SHIPPED_STATUSES

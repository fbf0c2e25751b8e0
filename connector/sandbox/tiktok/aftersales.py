"""Makes return and cancellation requests, wire-shaped, from an order's units."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any


def return_request(
    raw: dict[str, Any], units: Sequence[dict[str, Any]], return_id: str, status: str, kind: str, at: int
) -> dict[str, Any]:
    """A `return_orders[]` entry for some units of an order."""
    return {
        "return_id": return_id,
        "order_id": raw["id"],
        "return_type": kind,
        "return_status": status,
        "role": "BUYER",
        "return_reason": "ecom_order_delivered_refund_and_return_reason_damaged",
        "return_reason_text": "Package or product is damaged",
        "create_time": at,
        "update_time": at,
        "shipment_type": "PLATFORM",
        "handover_method": "DROP_OFF",
        "return_method": "PLATFORM_SHIPPED",
        "is_combined_return": False,
        "combined_return_id": "0",
        "seller_next_action_response": [],
        "refund_amount": _refund(units),
        "return_line_items": [
            {
                "return_line_item_id": f"{return_id}{number:03d}",
                "order_line_item_id": unit["id"],
                **_sku_words(unit),
                "refund_amount": _refund([unit]),
            }
            for number, unit in enumerate(units, start=1)
        ],
    }


def cancellation_request(
    raw: dict[str, Any], units: Sequence[dict[str, Any]], cancel_id: str, status: str, by: str, at: int
) -> dict[str, Any]:
    """A `cancellations[]` entry for some units of an order."""
    return {
        "cancel_id": cancel_id,
        "order_id": raw["id"],
        "cancel_type": "BUYER_CANCEL" if by == "BUYER" else "CANCEL",
        "cancel_status": status,
        "role": by,
        "cancel_reason": "seller_cancel_reason_out_of_stock"
        if by == "SELLER"
        else "ecom_order_to_ship_canceled",
        "cancel_reason_text": "Out of stock" if by == "SELLER" else "No longer needed",
        "create_time": at,
        "update_time": at,
        "seller_next_action_response": [],
        "refund_amount": _refund(units),
        "cancel_line_items": [
            {
                "cancel_line_item_id": f"{cancel_id}{number:03d}",
                "order_line_item_id": unit["id"],
                **_sku_words(unit),
                "refund_amount": _refund([unit]),
            }
            for number, unit in enumerate(units, start=1)
        ],
    }


def _sku_words(unit: dict[str, Any]) -> dict[str, Any]:
    return {name: unit[name] for name in ("sku_id", "sku_name", "seller_sku", "product_name")}


def _refund(units: Sequence[dict[str, Any]]) -> dict[str, str]:
    prices = sum((Decimal(unit["sale_price"]) for unit in units), Decimal(0))
    taxes = [Decimal(tax["tax_amount"]) for unit in units for tax in unit.get("item_tax", [])]
    tax = sum(taxes, Decimal(0))
    return {
        "currency": units[0]["currency"] if units else "",
        "refund_total": f"{prices + tax:f}",
        "refund_subtotal": f"{prices:f}",
        "refund_shipping_fee": "0",
        "refund_tax": f"{tax:f}",
    }

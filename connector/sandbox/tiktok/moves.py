"""How an order changes on TikTok: the times, packages and tracking numbers that come with each status."""

from typing import Any

PATH = (
    "UNPAID",
    "ON_HOLD",
    "AWAITING_SHIPMENT",
    "AWAITING_COLLECTION",
    "IN_TRANSIT",
    "DELIVERED",
    "COMPLETED",
)
"""The usual way of an order; `PARTIALLY_SHIPPING` and `CANCELLED` leave it."""

_SHIPPED = ("PARTIALLY_SHIPPING", "AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED")
_TIME_OF = {"IN_TRANSIT": "collection_time", "DELIVERED": "delivery_time", "CANCELLED": "cancel_time"}
_PACKAGE_STATUS = {"AWAITING_COLLECTION": "PROCESSING", "IN_TRANSIT": "FULFILLING"}
_PROVIDERS = {
    "SELLER": ("UPS", "7117858858072016686"),
    "TIKTOK": ("TT Virtual express", "6617675021119438849"),
}


def apply_status(raw: dict[str, Any], status: str, at: int, serial: int) -> None:
    """Put an order into a status at an instant (Unix seconds); `serial` makes its package ids."""
    raw["status"] = status
    raw["update_time"] = at
    if status not in ("UNPAID", "CANCELLED"):
        raw.setdefault("paid_time", at)
    if status in _TIME_OF:
        raw[_TIME_OF[status]] = at
    if status in _SHIPPED:
        _ship(raw, status, at, serial)
    elif status == "CANCELLED":
        _cancel(raw)
    else:
        _each_unit(raw, "AWAITING_SHIPMENT" if status == "ON_HOLD" else status)


def cancel_units(raw: dict[str, Any], unit_ids: set[str], by: str, reason: str) -> list[dict[str, Any]]:
    """Cancel some units of an order and return them; the order's own status is left alone."""
    cancelled = [unit for unit in raw["line_items"] if unit["id"] in unit_ids]
    for unit in cancelled:
        unit.update(display_status="CANCELLED", cancel_user=by, cancel_reason=reason)
    return cancelled


def open_units(raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The units of an order that are not cancelled."""
    return [unit for unit in raw["line_items"] if unit.get("display_status") != "CANCELLED"]


def _ship(raw: dict[str, Any], status: str, at: int, serial: int) -> None:
    units = open_units(raw)
    if status == "PARTIALLY_SHIPPING":
        _each_unit(raw, "AWAITING_SHIPMENT")
        units = units[: max(1, len(units) // 2)]
        raw["split_or_combine_tag"] = "SPLIT"
    if not raw.get("tracking_number"):
        _label(raw, at, serial)
    shown = "AWAITING_COLLECTION" if status == "PARTIALLY_SHIPPING" else status
    for unit in units:
        if not unit.get("package_id"):
            unit["package_id"] = raw["packages"][-1]["id"]
            unit["tracking_number"] = raw["tracking_number"]
            unit["rts_time"] = at
            unit["shipping_provider_id"] = raw["shipping_provider_id"]
            unit["shipping_provider_name"] = raw["shipping_provider"]
        unit["display_status"] = shown
        unit["package_status"] = _PACKAGE_STATUS.get(shown, "COMPLETED")


def _label(raw: dict[str, Any], at: int, serial: int) -> None:
    provider, provider_id = _PROVIDERS.get(str(raw.get("shipping_type")), _PROVIDERS["SELLER"])
    raw.update(
        rts_time=at,
        shipping_provider=provider,
        shipping_provider_id=provider_id,
        tracking_number=f"1Z999AA1{serial:010d}",
    )
    if not raw.get("packages"):
        raw["packages"] = [{"id": str(1152321127278000000 + serial)}]


def _cancel(raw: dict[str, Any]) -> None:
    raw.setdefault("cancel_reason", "No longer needed")
    raw.setdefault("cancellation_initiator", "BUYER")
    for unit in open_units(raw):
        unit.update(
            display_status="CANCELLED",
            cancel_user=raw["cancellation_initiator"],
            cancel_reason=raw["cancel_reason"],
        )


def _each_unit(raw: dict[str, Any], shown: str) -> None:
    for unit in open_units(raw):
        unit["display_status"] = shown
        for part in unit.get("sub_item_info", []):
            part["display_status"] = shown

"""Which personal data of an order TikTok shows, by status and by who ships it.

Unpaid, held and cancelled orders show none; orders TikTok ships show masks (`1*** C*** A***`); orders the
seller ships show everything until 30 days after completion.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from connector.sandbox.tiktok.facts import OpenFacts

_MASKED_AFTER = 30 * 86400
_TEXTS = (
    "full_address",
    "phone_number",
    "name",
    "first_name",
    "last_name",
    "address_detail",
    "address_line1",
    "address_line2",
    "address_line3",
    "address_line4",
    "postal_code",
)
_BLANKED = (*_TEXTS, "region_code")
_WORD = re.compile(r"\w\S*")


class View(StrEnum):
    """How much of an address is shown."""

    FULL = "full"
    MASKED = "masked"
    BLANK = "blank"
    ABSENT = "absent"


def view_of(raw: Mapping[str, Any], now: int, facts: OpenFacts) -> View:
    """How TikTok shows this order's address at an instant (Unix seconds)."""
    status = raw.get("status")
    if status in ("UNPAID", "ON_HOLD"):
        return View(facts.held_address)
    if status == "CANCELLED" and facts.cancelled_address != "kept":
        return View(facts.cancelled_address)
    if raw.get("fulfillment_type") == "FULFILLMENT_BY_TIKTOK":
        return View.MASKED
    if raw.get("shipping_type") == "TIKTOK" and (facts.us_platform_shipping_masked or not _is_us(raw)):
        return View.MASKED
    ended = raw.get("update_time")
    if status == "COMPLETED" and isinstance(ended, int) and now >= ended + _MASKED_AFTER:
        return View.MASKED
    return View.FULL


def shown_address(raw: Mapping[str, Any], view: View) -> Any:
    """The `recipient_address` of an order in a view; malformed addresses are shown as they are."""
    address = raw.get("recipient_address")
    if view is View.FULL or not isinstance(address, dict):
        return address
    if view is View.BLANK:
        return {**dict.fromkeys(_BLANKED, ""), "delivery_preferences": {"drop_off_location": ""}}
    return _masked(address, warehouse=raw.get("fulfillment_type") == "FULFILLMENT_BY_TIKTOK")


def _masked(address: dict[str, Any], *, warehouse: bool) -> dict[str, Any]:
    shown = dict(address)
    for name in _TEXTS:
        if isinstance(shown.get(name), str):
            shown[name] = _mask_phone(shown[name]) if name == "phone_number" else _mask(shown[name])
    shown["first_name"], shown["last_name"] = shown.get("name", ""), ""
    shown["delivery_preferences"] = {"drop_off_location": ""}
    hidden = ("L4",) if warehouse else ("L3", "L4")
    districts = shown.get("district_info")
    if isinstance(districts, list):
        shown["district_info"] = [_masked_district(district, hidden) for district in districts]
    return shown


def _masked_district(district: Any, hidden: tuple[str, ...]) -> Any:
    if not isinstance(district, dict) or district.get("address_level") not in hidden:
        return district
    return {**district, "address_name": _mask(str(district.get("address_name", "")))}


def _mask(text: str) -> str:
    return _WORD.sub(lambda word: word.group()[0] + "***", text)


def _mask_phone(text: str) -> str:
    if not text:
        return ""
    country, _, number = text.rpartition(")")
    return f"{country}){number[:3]}***{number[-2:]}" if country else number[:2] + "***" + number[-2:]


def _is_us(raw: Mapping[str, Any]) -> bool:
    address = raw.get("recipient_address")
    return isinstance(address, dict) and address.get("region_code") == "US"

"""Whether TikTok gave an address that somebody can ship to, or a blank or masked one.

TikTok leaves addresses out of unpaid and held orders, wipes those of cancelled ones, and masks parts with
runs of `*` where it ships itself or long after completion (Partner Center, order API overview).
"""

from collections.abc import Mapping
from typing import Any

from models.countries import COUNTRY_CODES, WITHOUT_POSTCODES

_MASK = "*"


def readable(value: object) -> str:
    """The text of an address part, or nothing when it is masked, blank or no text."""
    if not isinstance(value, str) or _MASK in value:
        return ""
    return value.strip()


def country_code(value: object) -> str:
    """An ISO country code Shopify knows, or nothing."""
    code = readable(value).upper()
    return code if code in COUNTRY_CODES else ""


def is_usable_address(address: Mapping[str, Any] | None) -> bool:
    """Whether a parcel finds its way: a name, a street, a postal code where there are any, a country.

    Takes TikTok's raw `recipient_address` whatever it is. A masked phone does not make it unusable.
    """
    if not isinstance(address, Mapping):
        return False
    country = country_code(address.get("region_code"))
    if not country or not has_name(address) or not street_of(address):
        return False
    return bool(readable(address.get("postal_code"))) or country in WITHOUT_POSTCODES


def has_name(address: Mapping[str, Any]) -> bool:
    """Whether there is a readable name of the recipient in any of its fields."""
    if _MASK in str(address.get("name")):
        return False
    return any(readable(address.get(key)) for key in ("name", "first_name", "last_name"))


def street_of(address: Mapping[str, Any]) -> str:
    """The readable street: the first line, or where a market does not split lines, the detail."""
    line = address.get("address_line1")
    if isinstance(line, str) and line.strip():
        return readable(line)
    return readable(address.get("address_detail"))

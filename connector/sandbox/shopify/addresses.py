"""How a shop judges addresses, phone numbers and e-mail addresses."""

import re
from typing import Any

from connector.sandbox.shopify.call import UserError, user_error
from connector.sandbox.shopify.switches import AddressRules, ShopifySwitches

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_RESERVED = (".invalid", ".test", ".example", "localhost")
_PHONE = re.compile(r"\+?[0-9 ().-]+")
_PHONE_DIGITS = range(7, 16)
_PROVINCES = {
    "US": frozenset(
        [
            "AL",
            "AK",
            "AS",
            "AZ",
            "AR",
            "CA",
            "CO",
            "CT",
            "DE",
            "DC",
            "FM",
            "FL",
            "GA",
            "GU",
            "HI",
            "ID",
            "IL",
            "IN",
            "IA",
            "KS",
            "KY",
            "LA",
            "ME",
            "MH",
            "MD",
            "MA",
            "MI",
            "MN",
            "MS",
            "MO",
            "MT",
            "NE",
            "NV",
            "NH",
            "NJ",
            "NM",
            "NY",
            "NC",
            "ND",
            "MP",
            "OH",
            "OK",
            "OR",
            "PW",
            "PA",
            "PR",
            "RI",
            "SC",
            "SD",
            "TN",
            "TX",
            "UM",
            "UT",
            "VT",
            "VI",
            "VA",
            "WA",
            "WV",
            "WI",
            "WY",
            "AA",
            "AE",
            "AP",
        ]
    ),
    "CA": frozenset(["AB", "BC", "MB", "NB", "NL", "NT", "NS", "NU", "ON", "PE", "QC", "SK", "YT"]),
    "AU": frozenset(["ACT", "NSW", "NT", "QLD", "SA", "TAS", "VIC", "WA"]),
    "GB": frozenset(["ENG", "NIR", "SCT", "WLS", "BFP"]),
}
_COUNTRIES = {"US": "United States", "CA": "Canada", "AU": "Australia", "GB": "United Kingdom"}


def address_errors(given: dict[str, Any] | None, switches: ShopifySwitches, *path: str) -> list[UserError]:
    """What a shop finds wrong with a `MailingAddressInput` at `path`."""
    if given is None:
        return []
    errors = []
    if switches.strict_phones and given.get("phone") and not phone_is_valid(given["phone"]):
        errors.append(user_error("Phone is invalid", *path, "phone"))
    if switches.address_rules is AddressRules.LENIENT:
        return errors
    country = given.get("countryCode") or ""
    province = given.get("provinceCode")
    known = _PROVINCES.get(country)
    if switches.address_rules is AddressRules.STRICT:
        errors += _missing(given, *path)
        needs_province = known is not None and country != "GB"
    else:
        needs_province = False
    if known is not None and province not in known and (province or needs_province):
        message = f"State is not a valid state in {_COUNTRIES[country]}"
        errors.append(user_error(message, *path, "province"))
    return errors


def _missing(given: dict[str, Any], *path: str) -> list[UserError]:
    required = [("lastName", "Enter a last name"), ("city", "Enter a city"), ("address1", "Enter an address")]
    if given.get("countryCode") in _PROVINCES:
        required.append(("zip", "Enter a ZIP code"))
    return [user_error(text, *path, name) for name, text in required if not (given.get(name) or "").strip()]


def phone_is_valid(phone: str) -> bool:
    """Whether a number could be dialled: digits, brackets, dots and dashes, 7 to 15 digits."""
    return bool(_PHONE.fullmatch(phone.strip())) and sum(map(str.isdigit, phone)) in _PHONE_DIGITS


def email_is_valid(email: str, switches: ShopifySwitches) -> bool:
    """Whether an address looks like one that mail can reach."""
    if not _EMAIL.fullmatch(email):
        return False
    return not (switches.strict_emails and email.casefold().endswith(_RESERVED))

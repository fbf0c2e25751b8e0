"""TikTok's recipient address as Shopify's shipping address, with masked parts left out.

Sources: TikTok reference 3.4 (levels, split names) and 10 (masks), Shopify reference 9 (phones, last names).
"""

from functools import lru_cache
from typing import cast

from connector.mapping.masking import country_code, is_usable_address, readable, street_of
from connector.mapping.provinces import province_code
from models.state import Reason, ReasonCode
from models.wire.shopify import MailingAddress
from models.wire.tiktok import DistrictLevel, RecipientAddress, TikTokOrder

NO_LAST_NAME = "-"
"""Shopify asks for a last name in many countries, and TikTok often has the whole name in one field."""

_LEVELS_IN_LINES = frozenset({"GB", "US"})
"""Countries where the address lines and the city say everything the deeper levels say."""
_CITY_WORDS = frozenset({"city", "town", "municipality"})
_LONGEST = 255


def address_problem(order: TikTokOrder) -> Reason | None:
    """`address_unusable` when the seller has to ship and TikTok gave no address a parcel can go to."""
    if not seller_ships(order) or is_usable_address(vars(order.recipient_address)):
        return None
    given = order.recipient_address
    blank = not any((given.name, given.address_line1, given.address_detail, given.postal_code))
    what = "no address" if blank else "an address with masked or missing parts"
    return Reason(ReasonCode.ADDRESS_UNUSABLE, f"the seller ships this order and TikTok gives {what}")


def seller_ships(order: TikTokOrder) -> bool:
    """Whether the seller's own parcel label is used: not TikTok's label, warehouse or a pick-up."""
    return order.fulfillment_type == "FULFILLMENT_BY_SELLER" and order.shipping_type == "SELLER"


def shipping_address(recipient: RecipientAddress) -> MailingAddress | None:
    """What can be read of the address; None when nothing of it can."""
    country = country_code(recipient.region_code)
    city_level = _city_level(country, recipient)
    parts = {
        "address1": street_of(vars(recipient)),
        "address2": _second_line(country, recipient, city_level),
        "city": readable(recipient.post_town) or (readable(city_level.address_name) if city_level else ""),
        "provinceCode": province_code(country, recipient.district_info),
        "countryCode": country,
        "zip": readable(recipient.postal_code),
        "phone": e164(recipient.phone_number, country),
    }
    first, last = _names(recipient)
    if not first and not any(parts.values()):
        return None
    named = {"firstName": first, "lastName": last or NO_LAST_NAME, **parts}
    return cast("MailingAddress", {key: value[:_LONGEST] for key, value in named.items() if value})


def without_province(address: MailingAddress) -> MailingAddress:
    """The address for a second try after Shopify refused its province."""
    return _without("provinceCode", address)


def without_phone(address: MailingAddress) -> MailingAddress:
    """The address for a second try after Shopify refused its phone number."""
    return _without("phone", address)


def _without(part: str, address: MailingAddress) -> MailingAddress:
    return cast("MailingAddress", {key: value for key, value in address.items() if key != part})


@lru_cache(maxsize=4096)
def e164(phone: str, country: str) -> str:
    """A phone number as +15125550100, or nothing when it is masked or no real number.

    phonenumbers takes 60 ms to import, which commands that only list orders need not pay.
    """
    text = readable(phone)
    if not text or len(text) > 40:
        return ""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _names(recipient: RecipientAddress) -> tuple[str, str]:
    """First and last name; in Japan as written locally, elsewhere whole in the first when not split."""
    local = readable(recipient.first_name_local_script), readable(recipient.last_name_local_script)
    if all(local):
        return local
    first, last = readable(recipient.first_name), readable(recipient.last_name)
    return (first, last) if first else (readable(recipient.name) or last, "")


def _city_level(country: str, recipient: RecipientAddress) -> DistrictLevel | None:
    """The level that is the city: L3 in the US, elsewhere the one called so, else the deepest of L2, L1."""
    levels = {level.address_level: level for level in recipient.district_info if level.address_name}
    if country == "US":
        return levels.get("L3") or levels.get("L2")
    called = [
        level
        for level in levels.values()
        if level.address_level != "L0" and level.address_level_name.lower() in _CITY_WORDS
    ]
    return called[-1] if called else levels.get("L2") or levels.get("L1")


def _second_line(country: str, recipient: RecipientAddress, city_level: DistrictLevel | None) -> str:
    """The other address lines, and outside the US and the UK the wards and villages below the city."""
    first = street_of(vars(recipient))
    given = (recipient.address_line2, recipient.address_line3, recipient.address_line4)
    lines = [readable(line) for line in given]
    if country not in _LEVELS_IN_LINES and city_level:
        lines.extend(
            readable(level.address_name)
            for level in recipient.district_info
            if level.address_level > city_level.address_level
        )
    kept: list[str] = []
    for line in lines:
        if line and line not in first and line not in kept:
            kept.append(line)
    return ", ".join(kept)

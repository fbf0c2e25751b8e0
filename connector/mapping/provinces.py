"""Shopify's province codes from TikTok's address levels."""

import re
from collections.abc import Sequence

from models.wire.tiktok import DistrictLevel

_ISO_CODE = re.compile(r"([A-Z]{2})-([A-Z0-9]{1,3})")
_BY_SUFFIX = frozenset({"AU", "BR", "CA", "US"})
"""Countries whose Shopify province code is the part of ISO 3166-2 after the country."""
_BY_WHOLE_CODE = frozenset({"JP", "TH"})
"""Countries whose Shopify province code is the whole of ISO 3166-2, e.g. JP-13."""

_STATES = """
    Alabama AL|Alaska AK|Arizona AZ|Arkansas AR|California CA|Colorado CO|Connecticut CT|Delaware DE|
    District of Columbia DC|Florida FL|Georgia GA|Hawaii HI|Idaho ID|Illinois IL|Indiana IN|Iowa IA|
    Kansas KS|Kentucky KY|Louisiana LA|Maine ME|Maryland MD|Massachusetts MA|Michigan MI|Minnesota MN|
    Mississippi MS|Missouri MO|Montana MT|Nebraska NE|Nevada NV|New Hampshire NH|New Jersey NJ|
    New Mexico NM|New York NY|North Carolina NC|North Dakota ND|Ohio OH|Oklahoma OK|Oregon OR|
    Pennsylvania PA|Puerto Rico PR|Rhode Island RI|South Carolina SC|South Dakota SD|Tennessee TN|Texas TX|
    Utah UT|Vermont VT|Virginia VA|Washington WA|West Virginia WV|Wisconsin WI|Wyoming WY
"""
_US_STATES = {
    name.lower(): code for name, _, code in (state.strip().rpartition(" ") for state in _STATES.split("|"))
}


def province_code(country: str, levels: Sequence[DistrictLevel]) -> str:
    """Shopify's code for the state (level L1), or nothing where the two platforms' codes differ."""
    state = next((level for level in levels if level.address_level == "L1"), None)
    if state is None:
        return ""
    iso = _ISO_CODE.fullmatch(state.iso_code.upper())
    if iso and iso[1] == country:
        if country in _BY_SUFFIX:
            return iso[2]
        return iso[0] if country in _BY_WHOLE_CODE else ""
    return _US_STATES.get(state.address_name.lower(), "") if country == "US" else ""

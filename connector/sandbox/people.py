"""Invented buyers: numbers from the ranges reserved for fiction, addresses that nobody lives at."""

import random

from connector.sandbox.tiktok.drafts import Buyer

_FIRST = (
    "Ada", "Béla", "Chloé", "Dario", "Esther", "Farid", "Greta", "Hugo", "Inès", "Jonas", "Kalinda", "Łucja",
    "Mira", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Søren", "Tariq", "Uma", "Víctor", "Wanda", "Yusuf",
)  # fmt: skip
_LAST = (
    "Alder", "Brightwater", "Castellane", "Dunmore", "Eastlake", "Fennimore", "Greenhollow", "Hartfield",
    "Ironwood", "Juniper", "Kestrel", "Larkspur", "Müller-Example", "Northgate", "O'Sample", "Penhaligon",
)  # fmt: skip
_STREETS = ("Example St", "Sample Ave", "Fictional Way", "Placeholder Rd", "Invented Ln")
_US_PLACES = (
    ("Texas", "US-TX", "Travis", "Austin", "78701", "512"),
    ("California", "US-CA", "Alameda", "Oakland", "94607", "510"),
    ("New York", "US-NY", "Kings", "Brooklyn", "11201", "718"),
    ("Illinois", "US-IL", "Cook", "Chicago", "60601", "312"),
    ("Washington", "US-WA", "King", "Seattle", "98101", "206"),
)
_GB_PLACES = (
    ("England", "Greater London", "London", "E1 6AN"),
    ("England", "Greater Manchester", "Manchester", "M1 1AE"),
    ("Scotland", "City of Edinburgh", "Edinburgh", "EH1 1YZ"),
    ("Wales", "Cardiff", "Cardiff", "CF10 1EP"),
)


def buyer(region: str, number: int) -> Buyer:
    """The invented buyer of a region (`US` or `GB`) with a number; the same number is the same person."""
    dice = random.Random(f"{region}/{number}")
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    lines = (
        f"{dice.randint(1, 999)} {dice.choice(_STREETS)}",
        dice.choice(("", "", f"Apt {dice.randint(1, 40)}")),
    )
    user_id = str(7021436810468000000 + number)
    if region == "US":
        return _american(user_id, first, last, lines, dice)
    return _british(user_id, first, last, lines, dice)


def _american(user_id: str, first: str, last: str, lines: tuple[str, str], dice: random.Random) -> Buyer:
    state, iso, county, city, postal_code, area = dice.choice(_US_PLACES)
    return Buyer(
        user_id,
        first,
        last,
        f"(+1){area}55501{dice.randint(0, 99):02d}",
        lines,
        (
            ("L0", "Country", "United States", "US"),
            ("L1", "State", state, iso),
            ("L2", "County", county, ""),
            ("L3", "City", city, ""),
        ),
        postal_code,
        "US",
    )


def _british(user_id: str, first: str, last: str, lines: tuple[str, str], dice: random.Random) -> Buyer:
    nation, county, town, postal_code = dice.choice(_GB_PLACES)
    return Buyer(
        user_id,
        first,
        last,
        f"(+44)7700900{dice.randint(0, 999):03d}",
        lines,
        (
            ("L0", "Region", "United Kingdom", "GB"),
            ("L1", "Country", nation, ""),
            ("L2", "County", county, ""),
        ),
        postal_code,
        "GB",
        town,
    )

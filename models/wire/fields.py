"""How single values of TikTok's documents are read: typed, with what is missing or null as a default.

Each reader raises ValueError with a few words that carry no personal data: the type of a wrong value,
its text only where it is an amount or a count.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import PlainValidator

from models.money import parse_amount
from models.text import storable
from models.times import from_unix

_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0", ""})
_LARGEST_COUNT = 1000


def read_text(value: object) -> str:
    """Trimmed text; null is blank and a bare number is its digits (ids are 64-bit, §11.9)."""
    return (storable(value) if isinstance(value, str) else read_verbatim(value)).strip()


def read_verbatim(value: object) -> str:
    """Text with its outer spaces, for SKUs that are compared exactly."""
    if isinstance(value, str):
        return storable(value)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        return _digits(value)
    raise ValueError(f"must be text, not {type_name(value)}")


def read_flag(value: object) -> bool:
    """A boolean; TikTok sends some as text."""
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    word = str(value).strip().lower() if isinstance(value, str | int) else None
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError(f"must be true or false, not {type_name(value)}")


def read_instant(value: object) -> datetime | None:
    """Unix seconds as an instant; null, zero and blank mean that it has not happened."""
    if value in (None, 0, "") and not isinstance(value, bool):
        return None
    instant = from_unix(value)
    if instant is None:
        shown = str(value)[:24] if isinstance(value, int | float) else type_name(value)
        raise ValueError(f"must be a time in Unix seconds, not {shown}")
    return instant


def read_required_amount(value: object) -> Decimal:
    """An amount without which an order cannot be booked: blank is not zero here."""
    if value is None or (isinstance(value, str) and not value.strip()):
        raise ValueError("is blank")
    return parse_amount(value)


def read_count(value: object) -> int:
    """How many of something, from 1 to 1,000."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 8:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LARGEST_COUNT:
        raise ValueError(f"must be a count from 1 to {_LARGEST_COUNT}")
    return value


def type_name(value: object) -> str:
    """What a value is, in the words of JSON."""
    names: dict[type, str] = {dict: "an object", list: "a list", bool: "true or false", str: "text"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "null")


def _digits(value: int) -> str:
    if abs(value) >= 10**64:
        raise ValueError("is a number too long for an id")
    return str(value)


Text = Annotated[str, PlainValidator(read_text)]
Verbatim = Annotated[str, PlainValidator(read_verbatim)]
Flag = Annotated[bool, PlainValidator(read_flag)]
Instant = Annotated[datetime | None, PlainValidator(read_instant)]
Amount = Annotated[Decimal, PlainValidator(parse_amount)]
RequiredAmount = Annotated[Decimal, PlainValidator(read_required_amount)]
Count = Annotated[int, PlainValidator(read_count)]

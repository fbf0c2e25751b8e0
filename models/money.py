"""Money as exact decimals: never floats, never more digits than the currency has."""

import re
from decimal import Decimal
from functools import lru_cache

_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_ZERO_DECIMALS = frozenset(_WITHOUT_DECIMALS.split())
_THREE_DECIMALS = frozenset(_WITH_THREE_DECIMALS.split())
_PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{1,8})?")
"""What an amount may look like: no exponent, no sign but minus, no more than a trillion."""

ZERO = Decimal(0)


def minor_digits(currency: str) -> int:
    """Digits after the point in ISO 4217 for a currency code: 0, 2 or 3."""
    if currency in _ZERO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


@lru_cache(maxsize=256)
def quantum(currency: str) -> Decimal:
    """The smallest amount of a currency, e.g. 0.01 for USD and 1 for JPY."""
    return Decimal(1).scaleb(-minor_digits(currency))


def parse_amount(value: object) -> Decimal:
    """Read TikTok's decimal string exactly; missing, null and blank are zero.

    Raises ValueError for text that is no plain number, for other types and for absurd sizes.
    """
    if value is None:
        return ZERO
    if not isinstance(value, str):
        raise ValueError(f"must be a decimal string, not {type(value).__name__}")
    return _parse_text(value)


@lru_cache(maxsize=8192)
def _parse_text(value: str) -> Decimal:
    text = value.strip()
    if not text:
        return ZERO
    if not _PLAIN_DECIMAL.fullmatch(text):
        raise ValueError(f"is not a decimal amount: {text[:32]!r}")
    return Decimal(text)


def has_currency_scale(amount: Decimal, currency: str) -> bool:
    """Whether an amount needs no more digits than its currency has."""
    return amount == amount.quantize(quantum(currency))


def format_amount(amount: Decimal, currency: str) -> str:
    """A decimal string with exactly the currency's digits; raises ValueError if that would round."""
    rounded = amount.quantize(quantum(currency))
    if rounded != amount:
        raise ValueError(f"{amount} has more digits than {currency} allows")
    return f"{rounded:f}"


def spread(amount: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    """Split an amount by weights so that the parts add up to it exactly (largest remainder).

    All weights zero: split evenly. The amount must have the currency's scale and there must be a weight.
    """
    step = quantum(currency)
    whole = sum(weights, ZERO)
    shares = weights if whole else [Decimal(1)] * len(weights)
    whole = whole or Decimal(len(weights))
    exact = [amount / step * share / whole for share in shares]
    floors = [part // 1 for part in exact]
    missing = int(amount / step - sum(floors, ZERO))
    by_remainder = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for index in by_remainder[:missing]:
        floors[index] += 1
    return [part * step for part in floors]

"""Money as exact decimals: never floats, never more digits than the currency has."""

from decimal import Decimal, InvalidOperation

_ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())
_LARGEST_AMOUNT = Decimal("1e12")


def minor_digits(currency: str) -> int:
    """Digits after the point in ISO 4217 for a currency code: 0, 2 or 3."""
    if currency in _ZERO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


def quantum(currency: str) -> Decimal:
    """The smallest amount of a currency, e.g. 0.01 for USD and 1 for JPY."""
    return Decimal(1).scaleb(-minor_digits(currency))


def parse_amount(value: object) -> Decimal:
    """Read TikTok's decimal string exactly; missing, null and blank are zero.

    Raises ValueError for text that is no plain finite number, for other types and for absurd sizes.
    """
    if value is None or value == "":
        return Decimal(0)
    if not isinstance(value, str):
        raise ValueError(f"an amount must be a decimal string, not {type(value).__name__}")
    text = value.strip()
    if not text:
        return Decimal(0)
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"not a decimal amount: {text[:32]!r}") from error
    if not amount.is_finite() or abs(amount) > _LARGEST_AMOUNT:
        raise ValueError(f"not an amount that can be charged: {text[:32]!r}")
    return amount


def has_currency_scale(amount: Decimal, currency: str) -> bool:
    """Whether an amount needs no more digits than its currency has."""
    return amount == amount.quantize(quantum(currency))


def format_amount(amount: Decimal, currency: str) -> str:
    """A decimal string with exactly the currency's digits; raises ValueError if that would round."""
    rounded = amount.quantize(quantum(currency))
    if rounded != amount:
        raise ValueError(f"{amount} has more digits than {currency} allows")
    return f"{rounded:f}"

"""Amounts are exact, and splitting them loses nothing."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.money import format_amount, has_currency_scale, minor_digits, parse_amount, quantum, spread


@pytest.mark.parametrize(
    ("text", "amount"),
    [("35.97", "35.97"), (" 5.9\n", "5.9"), ("0", "0"), ("-1.50", "-1.5"), ("504000", "504000")],
)
def test_decimal_strings_are_read_exactly(text: str, amount: str) -> None:
    assert parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("value", [None, "", "  "])
def test_missing_and_blank_amounts_are_zero(value: str | None) -> None:
    assert parse_amount(value) == 0


@pytest.mark.parametrize(
    "value",
    ["1e5", "NaN", "Infinity", "1,5", "1_000", "٣", "--1", "9" * 13, "1.123456789", 5, 1.5, True, [], {}],
)
def test_anything_else_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"decimal"):
        parse_amount(value)


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("JPY", 0), ("VND", 0), ("KWD", 3), ("IDR", 2)])
def test_digits_follow_iso_4217(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits
    assert format_amount(Decimal(7), currency) == f"{7:.{digits}f}"


def test_an_amount_is_never_rounded() -> None:
    assert not has_currency_scale(Decimal("1.005"), "USD")
    with pytest.raises(ValueError, match="more digits than USD"):
        format_amount(Decimal("1.005"), "USD")


@given(
    st.integers(0, 10**9),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12),
    st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_parts_add_up_and_are_within_one_step_of_their_share(
    minor: int, weights: list[int], currency: str
) -> None:
    step = quantum(currency)
    amount = minor * step
    parts = spread(amount, [Decimal(weight) for weight in weights], currency)
    assert sum(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        share = amount * weight / whole if whole else amount / len(weights)
        assert abs(part - share) < step

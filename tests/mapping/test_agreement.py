"""Which totals on Shopify agree with an order as TikTok shows it."""

from decimal import Decimal
from typing import Any

import pytest

from connector.mapping.agreement import acceptable_totals
from tests.mapping.documents import order, unit

PAIR = [unit("A", "10.00", status="CANCELLED"), unit("B", "6.00")]


@pytest.mark.parametrize(
    ("raw", "totals"),
    [
        (order([unit("A", "10.00")]), {"10.00"}),
        (order(PAIR), {"16.00", "6.00"}),
        (order(PAIR, total="6.00"), {"6.00"}),
        (order([unit("A", "10.00")], total="9.00"), {"9.00"}),
        ({**order([unit("A", "10.00")]), "line_items": 5}, {"10.00"}),
        ({"payment": {"total_amount": "much"}}, set()),
        ({}, set()),
    ],
)
def test_tiktoks_total_agrees_and_so_does_that_of_the_remaining_units(
    raw: dict[str, Any], totals: set[str]
) -> None:
    assert acceptable_totals(raw) == {Decimal(total) for total in totals}

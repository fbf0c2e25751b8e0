"""TikTok's breakdown for people, whatever the document holds."""

from decimal import Decimal
from typing import Any

import pytest

from connector.mapping.breakdown import Part, booked_total, breakdown


def test_amounts_stand_with_what_makes_them_up() -> None:
    payment = {
        "original_total_product_price": "30.00",
        "seller_discount": "4.00",
        "platform_discount": "0",
        "sub_total": "26.00",
        "original_shipping_fee": "5.00",
        "shipping_fee": "5.00",
        "tax": "2.10",
        "buyer_service_fee": "0.50",
        "total_amount": "33.60",
    }
    assert breakdown({"payment": payment}) == [
        Part("Products at full price", Decimal("30.00"), is_sum=False),
        Part("Seller's discount", Decimal("-4.00"), is_sum=False),
        Part("Products", Decimal("26.00"), is_sum=True),
        Part("Shipping", Decimal("5.00"), is_sum=False),
        Part("Tax", Decimal("2.10"), is_sum=True),
        Part("Buyer service fee", Decimal("0.50"), is_sum=False),
    ]


@pytest.mark.parametrize("raw", [{}, {"payment": None}, {"payment": {"sub_total": "n/a", "tax": 5}}])
def test_what_cannot_be_read_is_left_out(raw: dict[str, Any]) -> None:
    assert breakdown(raw) == []
    assert booked_total(raw) is None


def test_the_total_on_shopify_is_the_one_that_was_booked() -> None:
    unit = {"id": "1", "seller_sku": "A", "sale_price": "10.00", "display_status": "AWAITING_SHIPMENT"}
    payment = {"currency": "GBP", "total_amount": "10.00", "sub_total": "10.00"}
    raw = {"id": "57", "status": "DELIVERED", "payment": payment, "line_items": [unit]}
    assert booked_total(raw) == Decimal("10.00")
    assert booked_total({**raw, "payment": {**payment, "total_amount": "11.00"}}) is None

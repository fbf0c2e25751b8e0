"""TikTok's documents as typed orders, and what is said of those that cannot be read."""

from decimal import Decimal
from typing import Any

import pytest

from models.wire.tiktok import MalformedOrder, parse_order
from tests.mapping.documents import ADDRESS, order, unit


def test_unknown_missing_and_null_fields_are_no_trouble() -> None:
    parsed = parse_order(
        {
            "id": 576461413038785752,
            "brand_new": {"x": 1},
            "buyer_message": None,
            "paid_time": 0,
            "rts_time": None,
            "is_cod": "true ",
            "payment": {"total_amount": "1", "tax": None, "currency": " USD\n"},
            "recipient_address": None,
            "line_items": None,
        }
    )
    assert (parsed.id, parsed.payment.currency, parsed.payment.tax) == ("576461413038785752", "USD", 0)
    assert (parsed.paid_time, parsed.is_cod, parsed.line_items) == (None, True, ())


def test_a_seller_sku_keeps_its_spaces() -> None:
    assert parse_order(order([unit(" A b ", "1.00")])).line_items[0].seller_sku == " A b "


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"id": None, "payment": None}, "payment must be an object, not null"),
        ({"payment": {}}, "payment.total_amount is missing"),
        ({"payment": {"total_amount": None}}, "payment.total_amount is blank"),
        ({"payment": {"total_amount": "free"}}, "payment.total_amount is not a decimal amount: 'free'"),
        ({"payment": {"total_amount": 5.5}}, "payment.total_amount must be a decimal string, not float"),
        ({"create_time": -5}, "create_time must be a time in Unix seconds, not -5"),
        ({"create_time": 10**13}, "create_time must be a time in Unix seconds, not 10000000000000"),
        ({"create_time": "today"}, "create_time must be a time in Unix seconds, not text"),
        ({"create_time": False}, "create_time must be a time in Unix seconds, not False"),
        ({"is_cod": "perhaps"}, "is_cod must be true or false, not text"),
        ({"status": ["NEW"]}, "status must be text, not a list"),
        ({"line_items": {}}, "line_items must be a list, not an object"),
        ({"line_items": ["x"]}, "line_items[0] must be an object, not text"),
        ({"line_items": [{}]}, "line_items[0].sale_price is missing"),
        (
            {"line_items": [{"sale_price": "1", "combined_listing_skus": [{"sku_count": 0}]}]},
            "line_items[0].combined_listing_skus[0].sku_count must be a count from 1 to 1000",
        ),
    ],
)
def test_a_fault_is_named_with_its_field(change: dict[str, Any], words: str) -> None:
    with pytest.raises(MalformedOrder) as caught:
        parse_order({**order([unit("A", "1.00")]), **change})
    assert str(caught.value) == words
    assert caught.value.field == words.split(" ")[0]


@pytest.mark.parametrize("part", sorted(ADDRESS))
def test_a_fault_in_an_address_shows_nothing_of_it(part: str) -> None:
    with pytest.raises(MalformedOrder) as caught:
        parse_order(
            order([unit("A", "1.00")], recipient_address={**ADDRESS, part: 3.5 if part != "x" else ""})
        )
    assert "Ada" not in str(caught.value)
    assert part in caught.value.field


def test_components_come_from_the_parts_of_a_unit_where_the_listing_names_none() -> None:
    parts = [
        {"seller_sku": "A", "sku_id": "1"},
        {"seller_sku": "B", "sku_id": "2"},
        {"seller_sku": "B", "sku_id": "2"},
    ]
    item = parse_order(order([unit("X", "9.00", sub_item_info=parts)])).line_items[0]
    assert [(each.seller_sku, each.sku_count) for each in item.components] == [("A", 1), ("B", 2)]


def test_amounts_are_exact() -> None:
    assert parse_order(order([unit("A", "0.10", tax="0.01")])).line_items[0].tax == Decimal("0.01")

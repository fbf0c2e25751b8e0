"""The columns of an order: read from whatever TikTok sends."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mapping.projection import OrderProjection, fold, project
from tests.mapping.documents import ADDRESS, CREATED, order, unit

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted(order([unit("A", "1.00")]))


def _projected(raw: dict[str, Any]) -> OrderProjection:
    projection = project(raw)
    assert projection is not None
    return projection


def test_the_columns_of_an_ordinary_order() -> None:
    read = _projected(
        order([unit("A", "10.00"), unit("A", "10.00"), unit("B", "3.5")], payment={"tax": "1.00"})
    )
    assert (read.tiktok_order_id, read.status, read.items) == ("5790001", "awaiting_shipment", 3)
    assert (read.total_amount, read.currency) == ("24.50", "USD")
    assert (read.logistic_mode, read.fulfilled_by) == ("seller", "seller")
    assert (read.customer_name, read.customer_key) == ("Ada Sample", "ada sample")
    assert read.created_at == datetime.fromtimestamp(CREATED, UTC)
    assert read.address_usable
    assert read.is_on_hold_order
    assert [(line.seller_sku, line.quantity, line.unit_price) for line in read.lines] == [
        ("A", 2, "10.00"),
        ("B", 1, "3.50"),
    ]


@pytest.mark.parametrize(
    "order_id", [None, "", " ", [], {}, True, 1.5, -1, 0, "a b", "x" * 65, "a/b", 10**80]
)
def test_an_order_without_a_usable_id_has_no_columns(order_id: object) -> None:
    assert project({"id": order_id}) is None
    assert project({}) is None


@pytest.mark.parametrize(("order_id", "kept"), [(576461413038785752, "576461413038785752"), (" 12 ", "12")])
def test_an_id_may_come_as_a_number_or_with_spaces(order_id: object, kept: str) -> None:
    assert _projected({"id": order_id}).tiktok_order_id == kept


def test_an_order_with_nothing_but_an_id_has_its_blank_columns() -> None:
    read = _projected({"id": "1"})
    assert (read.status, read.total_amount, read.currency, read.items) == ("unknown", "0.00", "", 0)
    assert read.created_at == read.updated_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert (read.customer_name, read.lines, read.address_usable) == (None, (), False)


def test_creation_falls_back_to_the_last_update() -> None:
    read = _projected({"id": "1", "create_time": "soon", "update_time": CREATED})
    assert read.created_at == read.updated_at == datetime.fromtimestamp(CREATED, UTC)


@pytest.mark.parametrize(
    ("field", "value", "column", "expected"),
    [
        ("fulfillment_type", "FULFILLMENT_BY_TIKTOK", "fulfilled_by", "tiktok"),
        ("fulfillment_type", "FULFILLMENT_BY_DILAYANI_TOKOPEDIA", "fulfilled_by", "dilayani_tokopedia"),
        ("shipping_type", "TIKTOK", "logistic_mode", "tiktok"),
        ("shipping_type", "TIKTOK_DIGITAL", "logistic_mode", "tiktok_digital"),
        ("status", "CANCEL", "status", "cancelled"),
        ("status", "SOMETHING_NEW", "status", "something_new"),
        ("status", "A\x00B", "status", "ab"),
    ],
)
def test_kinds_are_written_in_the_connectors_words(
    field: str, value: str, column: str, expected: str
) -> None:
    assert getattr(_projected(order([unit("A", "1.00")], **{field: value})), column) == expected


def test_cancelled_units_do_not_count_unless_all_are() -> None:
    gone = unit("A", "1.00", status="CANCELLED")
    assert _projected(order([gone, unit("B", "1.00")])).items == 1
    assert _projected(order([gone, gone])).items == 2


def test_text_a_database_refuses_is_made_storable() -> None:
    raw = order([unit("A\x00\ud800", "1.00")], recipient_address={"name": "x" * 1000 + "\x00"})
    read = _projected(raw)
    assert read.lines[0].seller_sku == "A"
    assert read.customer_name == "x" * 255


def test_no_text_is_longer_than_its_column() -> None:
    grows = "\u0130" * 64
    raw = order([], payment={"currency": -(2**63)}, shipping_type=grows, fulfillment_type=grows)
    read = _projected(raw)
    assert len(read.currency) == 16
    assert len(read.logistic_mode) == len(read.fulfilled_by) == 64


@pytest.mark.parametrize(
    "change",
    [
        {"name": "A** S*****"},
        {"address_line1": "9 E** R***"},
        {"address_line1": "", "address_detail": ""},
        {"postal_code": ""},
        {"region_code": "XX"},
        {"region_code": None},
        {"name": "", "first_name": "", "last_name": ""},
    ],
)
def test_a_masked_or_partial_address_is_not_usable(change: dict[str, Any]) -> None:
    raw = order([unit("A", "1.00")], recipient_address={**ADDRESS, **change})
    assert not _projected(raw).address_usable


def test_a_masked_phone_leaves_an_address_usable() -> None:
    assert _projected(
        order([], recipient_address={**ADDRESS, "phone_number": "(+1)415***0133"})
    ).address_usable


@given(st.sampled_from(FIELDS), JSON)
def test_no_field_can_make_it_fail(field: str, value: Any) -> None:
    raw = {**order([unit("A", "1.00")]), "id": "1", field: value}
    project(raw)


@given(st.sampled_from(sorted(unit("A", "1.00"))), JSON)
def test_no_field_of_a_unit_can_make_it_fail(field: str, value: Any) -> None:
    assert (
        project(order([{**unit("A", "1.00"), **({} if field == "sale_price" else {field: value})}]))
        is not None
    )
    raw = order([unit("A", "1.00")])
    raw["line_items"][0][field] = value
    assert project(raw) is not None


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_document_can_make_it_fail(raw: dict[str, Any]) -> None:
    project({**raw, "id": "1"})


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  José   ÁLVAREZ ", "jose alvarez"),
        ("Straße", "strasse"),
        ("Đặng Thị", "dang thi"),
        ("Łukasz Ørsted", "lukasz orsted"),
        ("İstanbul", "istanbul"),
        ("ﬁne", "fine"),
        ("プロ", "フロ"),
    ],
)
def test_folding_drops_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)

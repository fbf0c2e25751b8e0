"""Which variant a seller SKU is."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mapping.matching import Match, match_order, skus_needed
from connector.mapping.shipped import fulfilment_of
from connector.mapping.skus import VariantIndex, sku_key
from models.state import Reason, ReasonCode
from models.wire.tiktok import parse_order
from tests.mapping.documents import index, order, unit


def _match(variants: VariantIndex, *units: dict[str, Any]) -> Match | Reason:
    return match_order(parse_order(order(units)), variants)


def _found(variants: VariantIndex, sku: str) -> tuple[str, str] | str:
    matched = _match(variants, unit(sku, "1.00"))
    if isinstance(matched, Reason):
        return str(matched.code)
    return matched.lines[0].variant_id, matched.lines[0].matched_by


def bundle(sku: str, price: str, **counts: int) -> dict[str, Any]:
    """A virtual bundle with so many of each component."""
    listed = [
        {"seller_sku": part, "sku_id": f"s-{part}", "sku_count": count} for part, count in counts.items()
    ]
    return unit(sku, price, combined_listing_skus=listed)


@pytest.mark.parametrize(
    ("variants", "sku", "found"),
    [
        (index("TEE-1"), "TEE-1", ("gid/TEE-1", "exact")),
        (index("TEE-1", "tee-1"), "TEE-1", ("gid/TEE-1", "exact")),
        (index(" TEE 1"), "tee  1 ", ("gid/ TEE 1", "normalised")),
        (index("TEE-1", "tee-1"), "Tee-1", "sku_ambiguous"),
        (index("TEE-1", "TEE-1"), "TEE-1", "sku_ambiguous"),
        (index("TEE-1"), "TEE-2", "sku_unmatched"),
        (index("TEE-1"), "  ", "sku_missing"),
        (index("TEE-1", mapped={"TEE-1": "gid/other"}), "TEE-1", ("gid/other", "mapping")),
        (index("TEE-1", "TEE-1", mapped={"TEE-1": "gid/other"}), " TEE-1 ", ("gid/other", "mapping")),
    ],
)
def test_a_mapping_wins_then_the_exact_sku_then_a_unique_likeness(
    variants: VariantIndex, sku: str, found: tuple[str, str] | str
) -> None:
    assert _found(variants, sku) == found


def test_units_are_grouped_by_sku_and_price() -> None:
    matched = _match(index("A"), unit("A", "5.00"), unit("A", "0", is_gift=True), unit("A", "5.00"))
    assert isinstance(matched, Match)
    assert [(line.quantity, line.unit_price, line.unit_ids) for line in matched.lines] == [
        (2, Decimal("5.00"), ("77000", "77002")),
        (1, Decimal(0), ("77001",)),
    ]


def test_cancelled_units_need_no_variant() -> None:
    raw = order([unit("A", "1.00"), unit("GONE", "1.00", status="CANCELLED")])
    assert skus_needed(parse_order(raw)) == {"A"}
    assert isinstance(match_order(parse_order(raw), index("A")), Match)


def test_the_first_reason_by_precedence_names_every_sku_it_holds_for() -> None:
    reason = _match(
        index("TWO", "TWO"), unit("TWO", "1"), unit("NO-1", "1"), unit("NO-2", "1"), unit("", "1")
    )
    assert isinstance(reason, Reason)
    assert reason == Reason(ReasonCode.SKU_MISSING, "TikTok gives no seller SKU for 'Product'")
    reason = _match(index("TWO", "TWO"), unit("TWO", "1"), unit("NO-1", "1"), unit("NO-2", "1"))
    assert isinstance(reason, Reason)
    assert reason == Reason(ReasonCode.SKU_UNMATCHED, "no Shopify variant has the SKU 'NO-1', 'NO-2'")


def test_a_bundle_with_its_own_sku_on_shopify_is_that_variant() -> None:
    matched = _match(index("KIT", "A"), bundle("KIT", "9.00", A=2))
    assert isinstance(matched, Match)
    assert [(line.variant_id, line.matched_by) for line in matched.lines] == [("gid/KIT", "exact")]


def test_a_bundle_without_one_is_its_components_at_their_share_of_the_price() -> None:
    variants = index("A", "B", prices={"A": "20", "B": "10"})
    assert skus_needed(parse_order(order([bundle("KIT", "35.00", A=1, B=2)]))) == {"KIT", "A", "B"}
    matched = _match(variants, bundle("KIT", "35.00", A=1, B=2), bundle("KIT", "35.00", A=1, B=2))
    assert isinstance(matched, Match)
    assert [(line.variant_id, line.quantity, line.unit_price, line.matched_by) for line in matched.lines] == [
        ("gid/A", 2, Decimal("17.50"), "bundle"),
        ("gid/B", 4, Decimal("8.75"), "bundle"),
    ]
    assert {line.seller_sku for line in matched.lines} == {"KIT"}


@pytest.mark.parametrize(
    ("counts", "code", "named"),
    [({"A": 1, "C": 1}, ReasonCode.SKU_UNMATCHED, "'C'"), ({"A": 1, "": 1}, ReasonCode.SKU_MISSING, "'KIT'")],
)
def test_a_bundle_fails_for_its_component(counts: dict[str, int], code: ReasonCode, named: str) -> None:
    reason = _match(index("A"), bundle("KIT", "9.00", **counts))
    assert isinstance(reason, Reason)
    assert reason.code == code
    assert named in reason.detail


@given(
    st.integers(0, 10**6),
    st.dictionaries(st.sampled_from("ABCD"), st.tuples(st.integers(1, 5), st.integers(0, 9999)), min_size=1),
)
def test_a_bundles_price_is_spread_to_the_cent(cents: int, parts: dict[str, tuple[int, int]]) -> None:
    price = f"{Decimal(cents) / 100:.2f}"
    variants = index(*parts, prices={sku: f"{Decimal(cost) / 100}" for sku, (_, cost) in parts.items()})
    matched = _match(variants, bundle("KIT", price, **{sku: count for sku, (count, _) in parts.items()}))
    assert isinstance(matched, Match)
    assert sum(line.total for line in matched.lines) == Decimal(price)
    for sku, (count, _) in parts.items():
        assert sum(line.quantity for line in matched.lines if line.variant_id == f"gid/{sku}") == count


def test_what_the_ledger_keeps_of_a_bundle_finds_its_shipped_units_again() -> None:
    kit = bundle("KIT", "9.00", A=1, B=2)
    raw = order(
        [{**kit, "display_status": "IN_TRANSIT"}, kit, unit("C", "1.00", status="AWAITING_COLLECTION")],
        status="PARTIALLY_SHIPPING",
        tracking_number="TRACK1",
        shipping_provider="UPS",
    )
    matched = match_order(parse_order(raw), index("A", "B", "C"))
    assert isinstance(matched, Match)
    variants = {sku_id: variant for sku_id, _, variant, _ in matched.recorded()}
    assert variants == {"s-KIT": "gid/A gid/B gid/B", "s-C": "gid/C"}
    assert fulfilment_of(raw, variants) == ({"gid/A": 1, "gid/B": 2, "gid/C": 1}, "TRACK1", "UPS")
    assert fulfilment_of({**raw, "status": "IN_TRANSIT"}, variants)[0] == {"gid/A": 2, "gid/B": 4, "gid/C": 1}
    assert fulfilment_of({**raw, "payment": 7}, variants) == ({}, "", "")


def test_a_sku_key_ignores_case_and_outer_and_doubled_spaces() -> None:
    assert sku_key("  Tee   BLACK\t M ") == sku_key("tee black m")
    assert sku_key("tee-black") != sku_key("tee black")

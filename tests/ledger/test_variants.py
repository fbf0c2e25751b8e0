"""The local index of variants, manual mappings, and the orders both set free."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from connector.ledger import mappings, outcomes, variants
from connector.ledger.database import Database
from connector.ledger.outcomes import Blocked, Waiting
from connector.ledger.stores import StoreRow
from connector.ledger.tables import VARIANTS
from models.state import Reason
from tests.ledger import peeking
from tests.ledger.making import NOW, add_store, claim, raw_order, raw_unit, record, settle


@dataclass(frozen=True)
class Row:
    """A variant as a catalogue gives it."""

    variant_id: str
    product_id: str
    sku: str
    title: str
    price: str
    taxable: bool
    product_status: str


def row(number: str, sku: str, price: str = "5.00") -> Row:
    """A variant of that number."""
    return Row(
        f"gid://shopify/ProductVariant/{number}", "gid://p/1", sku, f"Mug {sku}", price, True, "ACTIVE"
    )


def _replace(db: Database, store: StoreRow, *rows: Row, hours: int = 0) -> int:
    run_at = NOW + timedelta(hours=hours)
    return db.call(variants.replace_catalog, store_id=store.id, rows=rows, run_at=run_at)


def _block(db: Database, store: StoreRow, detail: str, *orders: dict[str, object]) -> None:
    record(db, store, *orders)
    settle(db, *(Blocked(each.pk, Reason("sku_unmatched", detail)) for each in claim(db, store)))


def test_the_catalogue_is_replaced_as_a_whole(db: Database) -> None:
    store, other = add_store(db), add_store(db, "uk")
    assert _replace(db, other, row("9", "Z")) == 1
    assert _replace(db, store, row("1", "A"), row("2", "B")) == 2
    assert _replace(db, store, row("2", "B2", "7.00"), row("3", "C"), hours=1) == 2
    found = [(each["variant_id"][-1], each["sku"], each["price"]) for each in peeking.rows(db, VARIANTS)]
    assert sorted(found) == [("2", "B2", "7.00"), ("3", "C", "5.00"), ("9", "Z", "5.00")]
    assert _replace(db, store, hours=2) == 0
    assert [each["sku"] for each in peeking.rows(db, VARIANTS)] == ["Z"]


def test_a_catalogue_that_breaks_off_changes_nothing(db: Database) -> None:
    store = add_store(db)
    _replace(db, store, row("1", "A"))

    def broken() -> Iterator[Row]:
        yield row("2", "B")
        raise ConnectionError("the file ended early")

    with pytest.raises(ConnectionError):
        db.call(variants.replace_catalog, store_id=store.id, rows=broken(), run_at=NOW + timedelta(hours=1))
    assert [each["sku"] for each in peeking.rows(db, VARIANTS)] == ["A"]


def test_variants_are_found_exactly_by_key_and_by_mapping(db: Database) -> None:
    store = add_store(db)
    _replace(db, store, row("1", "Mug  Red"), row("2", "mug red"), row("3", "Tee"))
    db.call(
        mappings.map_sku,
        store_id=store.id,
        seller_sku="X",
        variant_id=row("3", "").variant_id,
        now=NOW,
    )
    index = db.read(variants.find_variants, store_id=store.id, skus=["MUG RED", "X", "nothing", " X "])
    assert {facts.variant_id[-1] for facts in index.by_key["mug red"]} == {"1", "2"}
    assert set(index.exact) == {"Mug  Red", "mug red"}
    assert index.mapped["X"].sku == "Tee"
    assert index.mapped["X"].price == Decimal("5.00")


def test_refreshing_skus_adds_and_drops_their_variants_only(db: Database) -> None:
    store = add_store(db)
    _replace(db, store, row("1", "A"), row("2", "B"))
    db.call(variants.refresh_skus, store_id=store.id, skus=["a", "N"], rows=[row("5", "N")], now=NOW)
    assert sorted(each["sku"] for each in peeking.rows(db, VARIANTS)) == ["B", "N"]


def test_one_mapping_frees_every_order_that_waited_for_it(db: Database) -> None:
    store, other = add_store(db), add_store(db, "uk")
    detail = "no Shopify variant has the SKU 'A'"
    _block(
        db,
        store,
        detail,
        raw_order("1", line_items=[raw_unit("A")]),
        raw_order("2", line_items=[raw_unit("A")]),
    )
    _block(db, store, "no Shopify variant has the SKU 'B'", raw_order("3", line_items=[raw_unit("B")]))
    _block(db, store, detail, raw_order("4", line_items=[raw_unit("BUNDLE")]))
    _block(db, other, detail, raw_order("5", line_items=[raw_unit("A")]))
    assert [(each.seller_sku, each.orders) for each in db.read(mappings.unmatched, stores=["us"])] == [
        ("A", 3),
        ("B", 1),
    ]
    wanted = {"store_id": store.id, "seller_sku": "A", "variant_id": "gid://v/1", "now": NOW}
    assert db.call(mappings.map_sku, **wanted) == 3
    assert [each.tiktok_order_id for each in claim(db, store)] == ["4", "2", "1"]
    assert claim(db, other) == []
    assert peeking.history(db, "1")[-1] == ("state_changed", "blocked (sku_unmatched) → waiting")


def test_mappings_are_listed_replaced_and_taken_back(db: Database) -> None:
    store = add_store(db)
    for variant_id in ("gid://v/1", "gid://v/2"):
        db.call(mappings.map_sku, store_id=store.id, seller_sku="A", variant_id=variant_id, now=NOW)
    assert [(each.seller_sku, each.variant_id) for each in db.read(mappings.list_mappings)] == [
        ("A", "gid://v/2")
    ]
    assert db.read(mappings.list_mappings, stores=["other"]) == []
    assert db.call(mappings.unmap_sku, store_id=store.id, seller_sku="A") is True
    assert db.call(mappings.unmap_sku, store_id=store.id, seller_sku="A") is False


def test_skus_with_quotes_are_named_as_they_are(db: Database) -> None:
    store = add_store(db)
    awkward = 'O\'Neil "5" \\ 7'
    _block(
        db, store, f"no Shopify variant has the SKU {awkward!r}", raw_order(line_items=[raw_unit(awkward)])
    )
    assert [each.seller_sku for each in db.read(mappings.unmatched)] == [awkward]


def test_a_retry_makes_due_what_a_retry_can_help(db: Database) -> None:
    store = add_store(db)
    later = NOW + timedelta(hours=3)
    record(db, store, raw_order("1"), raw_order("2"), raw_order("3", status="UNPAID"), raw_order("4"))
    by_id = {each.tiktok_order_id: each.pk for each in claim(db, store)}
    settle(
        db,
        Blocked(by_id["1"], Reason("sku_unmatched", "x")),
        Waiting(by_id["2"], Reason("shopify_unavailable", "x"), later),
        Waiting(by_id["4"], Reason("remorse_hold"), later),
    )
    retry = {"store_id": store.id, "now": NOW}
    assert db.call(outcomes.free_blocked, **retry, reasons=["total_mismatch"]) == 0
    assert db.call(outcomes.free_blocked, **retry, order_ids=["3", "4"]) == 0
    assert db.read(outcomes.count_blocked, store_id=store.id, reasons=["sku_unmatched"]) == 1
    assert db.call(outcomes.free_blocked, **retry) == 2
    assert [each.tiktok_order_id for each in claim(db, store)] == ["2", "1"]
    assert db.call(outcomes.free_blocked, **retry) == 0


def test_a_rule_that_is_lifted_takes_its_orders_back_in(db: Database) -> None:
    store = add_store(db, start_from=NOW)
    record(db, store, raw_order("1"), raw_order("2", status="CANCELLED"))
    lifted = {"store_id": store.id, "now": NOW, "reasons": ["before_start"], "source": "settings"}
    assert db.call(outcomes.free_ignored, **lifted) == 1
    assert [each.tiktok_order_id for each in claim(db, store)] == ["1"]

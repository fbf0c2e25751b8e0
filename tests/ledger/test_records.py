"""Recording what TikTok returned: stored raw, each order once, whatever is in it."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connector.ledger.database import Database
from connector.ledger.tables import DOCUMENTS, EVENTS, LINES, ORDERS, UNUSABLE
from tests.ledger import peeking
from tests.ledger.making import NOW, PLACED, add_store, raw_order, raw_unit, record


def test_a_new_order_is_stored_raw_with_its_columns_lines_and_history(db: Database) -> None:
    raw = raw_order(line_items=[raw_unit("A"), raw_unit("A"), raw_unit("B")], invented_later={"x": [1, None]})
    counts = record(db, add_store(db), raw)
    assert (counts.found, counts.new, counts.updated, counts.unusable) == (1, 1, 0, 0)
    assert counts.order_ids == ["5764001"]
    order = peeking.order(db)
    assert (order["status"], order["state"], order["customer_key"]) == (
        "awaiting_shipment",
        "waiting",
        "ana garcia",
    )
    assert (order["total_amount"], order["currency"], order["items"]) == ("12.50", "USD", 3)
    assert (order["next_try_at"], order["refresh_at"]) == (NOW, NOW + timedelta(hours=6))
    assert json.loads(peeking.document(db)["body"]) == raw
    assert [(line["seller_sku"], line["quantity"]) for line in peeking.rows(db, LINES)] == [
        ("A", 2),
        ("B", 1),
    ]
    assert peeking.history(db) == [("first_seen", "awaiting_shipment, waiting")]


def test_the_same_page_again_changes_nothing(db: Database) -> None:
    store = add_store(db)
    page = [raw_order("1"), raw_order("2", status="UNPAID"), {"no": "id"}]
    record(db, store, *page)
    before = [peeking.rows(db, table) for table in (ORDERS, DOCUMENTS, LINES, EVENTS, UNUSABLE)]
    counts = record(db, store, *page, now=NOW + timedelta(hours=1))
    assert (counts.found, counts.new, counts.updated, counts.unusable) == (3, 0, 0, 1)
    assert [peeking.rows(db, table) for table in (ORDERS, DOCUMENTS, LINES, EVENTS, UNUSABLE)] == before


def test_what_has_no_usable_id_is_kept_as_text_and_stops_nothing(db: Database) -> None:
    counts = record(db, add_store(db), None, "text", 5, {"id": None, "a": 1}, {"id": ""}, raw_order("1"))
    assert (counts.found, counts.unusable, counts.new) == (6, 5, 1)
    assert len(peeking.rows(db, UNUSABLE)) == 5


@pytest.mark.parametrize(
    "raw",
    [
        {"id": "9"},
        {"id": 9, "status": 5, "line_items": "no", "payment": [], "recipient_address": 1},
        {"id": "9", "status": "NEW_ONE\x00", "line_items": [None, {"seller_sku": "\x00a"}]},
        {"id": "9", "create_time": -5, "update_time": 10**18, "payment": {"total_amount": "1e99"}},
        {"id": "9", "huge": 10**40, "text": "x" * 100_000, "recipient_address": {"name": "é" * 5000}},
    ],
)
def test_a_bad_order_is_stored_and_its_page_goes_on(db: Database, raw: dict[str, object]) -> None:
    counts = record(db, add_store(db), raw, raw_order("1"))
    assert (counts.new, counts.unusable) == (2, 0)
    assert peeking.order(db, "9")["tiktok_order_id"] == "9"
    assert "9" in peeking.document(db, "9")["body"]


def test_of_two_versions_on_one_page_the_newer_one_counts(db: Database) -> None:
    newer = raw_order(status="IN_TRANSIT", update_time=PLACED + 900)
    counts = record(db, add_store(db), newer, raw_order())
    assert (counts.found, counts.new, counts.order_ids) == (2, 1, ["5764001"])
    assert peeking.order(db)["status"] == "in_transit"


def test_history_and_change_stand_or_fall_together(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    before = [peeking.rows(db, table) for table in (ORDERS, DOCUMENTS, EVENTS)]

    def record_then_fail(session: object) -> None:
        from connector.ledger.records import record_page

        changed = raw_order(status="IN_TRANSIT", update_time=PLACED + 900)
        record_page(session, store=store, orders=[changed], source="sync", now=NOW, scheduled=True)  # type: ignore[arg-type]
        raise RuntimeError("killed before the commit")

    with pytest.raises(RuntimeError):
        db.call(record_then_fail)
    assert [peeking.rows(db, table) for table in (ORDERS, DOCUMENTS, EVENTS)] == before


def test_before_start_is_lifted_by_a_backfill_only(db: Database) -> None:
    store = add_store(db, start_from=NOW)
    record(db, store, raw_order())
    assert peeking.order(db)["reason_code"] == "before_start"
    record(db, store, raw_order(), scheduled=False, source="backfill")
    assert (peeking.order(db)["state"], peeking.order(db)["reason_code"]) == ("waiting", None)
    record(db, store, raw_order(update_time=PLACED + 90, status="IN_TRANSIT"))
    assert peeking.order(db)["state"] == "waiting"


def test_one_order_id_in_two_stores_is_two_orders(db: Database) -> None:
    first, second = add_store(db, "us"), add_store(db, "uk")
    assert record(db, first, raw_order()).new == 1
    assert record(db, second, raw_order()).new == 1
    assert len(peeking.rows(db, ORDERS)) == 2


def test_two_readers_of_the_same_orders_make_each_once(db: Database) -> None:
    store = add_store(db)
    orders = [raw_order(str(number)) for number in range(200)]

    def read(source: str) -> int:
        chunks = [orders[start : start + 20] for start in range(0, 200, 20)]
        return sum(record(db, store, *chunk, source=source).new for chunk in chunks)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(read, ["sync", "webhook", "backfill", "fetch"])) == 200
    assert len(peeking.rows(db, ORDERS)) == len(peeking.rows(db, DOCUMENTS)) == 200
    assert [row["event"] for row in peeking.rows(db, EVENTS)] == ["first_seen"] * 200

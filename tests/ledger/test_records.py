"""Recording what TikTok returned: stored raw, never worse than before, with history."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise, permutations

import pytest

from connector.ledger import outcomes
from connector.ledger.database import Database
from connector.ledger.outcomes import Blocked, Ignored, Waiting
from connector.ledger.tables import DOCUMENTS, EVENTS, LINES, ORDERS, UNUSABLE
from models.order_settings import OrderSettings
from models.state import Reason, ReasonCode
from tests.ledger import peeking
from tests.ledger.making import (
    MASKED,
    NOW,
    PLACED,
    USABLE,
    add_store,
    begin,
    claim,
    created,
    make_created,
    raw_order,
    raw_unit,
    record,
    settle,
)


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


def test_an_older_update_overwrites_nothing(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order(status="IN_TRANSIT", update_time=PLACED + 500))
    before = [peeking.rows(db, table) for table in (ORDERS, DOCUMENTS, LINES, EVENTS)]
    counts = record(db, store, raw_order(status="AWAITING_SHIPMENT", update_time=PLACED + 499))
    assert counts.updated == 0
    assert [peeking.rows(db, table) for table in (ORDERS, DOCUMENTS, LINES, EVENTS)] == before


def test_at_the_same_update_time_the_later_fetch_wins(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order(status="IN_TRANSIT"))
    assert record(db, store, raw_order(status="DELIVERED")).updated == 1
    assert peeking.order(db)["status"] == "delivered"


def test_of_two_versions_on_one_page_the_newer_one_counts(db: Database) -> None:
    newer = raw_order(status="IN_TRANSIT", update_time=PLACED + 900)
    counts = record(db, add_store(db), newer, raw_order())
    assert (counts.found, counts.new, counts.order_ids) == (2, 1, ["5764001"])
    assert peeking.order(db)["status"] == "in_transit"


@pytest.mark.parametrize("worse", [MASKED, {}, None, {"name": "", "address_line1": ""}])
def test_a_masked_or_blank_address_never_replaces_a_good_one(db: Database, worse: object) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    record(db, store, raw_order(recipient_address=worse, update_time=PLACED + 900, status="COMPLETED"))
    assert json.loads(peeking.document(db)["address"]) == USABLE
    order = peeking.order(db)
    assert (order["customer_name"], order["status"]) == ("Ana García", "completed")


def test_a_good_address_replaces_a_masked_or_an_older_one(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order(recipient_address=MASKED, status="ON_HOLD"))
    assert peeking.document(db)["address"] is None
    assert peeking.order(db)["customer_name"] == "A** G*****"
    record(db, store, raw_order(update_time=PLACED + 900))
    assert json.loads(peeking.document(db)["address"]) == USABLE
    moved = {**USABLE, "address_line1": "2 Side Street", "name": "Ana Gómez"}
    record(db, store, raw_order(update_time=PLACED + 950, recipient_address=moved))
    assert json.loads(peeking.document(db)["address"]) == moved
    assert peeking.order(db)["customer_key"] == "ana gomez"


def test_the_one_good_address_is_taken_even_from_an_older_document(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order(recipient_address=MASKED, update_time=PLACED + 900, status="IN_TRANSIT"))
    record(db, store, raw_order())
    assert json.loads(peeking.document(db)["address"]) == USABLE
    assert peeking.order(db)["status"] == "in_transit"


def test_a_change_of_status_and_state_is_history(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order(status="ON_HOLD"))
    assert peeking.order(db)["next_try_at"] is None
    record(db, store, raw_order(update_time=PLACED + 90), source="webhook")
    assert peeking.order(db)["next_try_at"] == NOW
    assert peeking.history(db) == [
        ("first_seen", "on_hold, waiting (on_hold)"),
        ("status_changed", "on_hold → awaiting_shipment"),
        ("state_changed", "waiting (on_hold) → waiting"),
    ]
    assert [row["source"] for row in peeking.rows(db, EVENTS)] == ["sync", "webhook", "webhook"]


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


def test_cancelled_before_create_is_ignored(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order("1"), raw_order("2", status="CANCELLED"))
    counts = record(db, store, raw_order("1", status="CANCELLED", update_time=PLACED + 90))
    assert counts.ignored == 1
    for order_id in ("1", "2"):
        order = peeking.order(db, order_id)
        assert (order["state"], order["reason_code"]) == ("ignored", "cancelled_before_create")
    assert claim(db, store) == []


def test_a_blocked_order_that_is_cancelled_is_ignored(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    settle(db, Blocked(held.pk, Reason(ReasonCode.SKU_UNMATCHED, "no Shopify variant has the SKU 'SKU-1'")))
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    assert peeking.order(db)["state"] == "ignored"


def test_cancelled_while_its_create_may_have_worked_is_looked_up_first(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    begin(db, held.pk)
    lost = Waiting(held.pk, Reason(ReasonCode.OUTCOME_UNKNOWN), NOW, attempt="unknown")
    settle(db, lost)
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    order = peeking.order(db)
    assert (order["status"], order["state"], order["reason_code"]) == (
        "cancelled",
        "waiting",
        "outcome_unknown",
    )
    (again,) = claim(db, store)
    settle(db, created(again.pk, linked=True))
    order = peeking.order(db)
    assert (order["state"], order["followup"], order["followup_at"]) == ("created", "cancel", NOW)


def test_cancelled_after_create_is_to_be_cancelled_on_shopify_once(db: Database) -> None:
    store = add_store(db)
    make_created(db, store, raw_order())
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    order = peeking.order(db)
    assert (order["state"], order["followup"], order["followup_at"]) == ("created", "cancel", NOW)
    assert peeking.history(db)[-1][0] == "cancel_due"
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 95))
    assert [event for event, _ in peeking.history(db)].count("cancel_due") == 1


def test_the_setting_keeps_a_cancelled_order_on_shopify(db: Database) -> None:
    store = add_store(db, settings=OrderSettings(cancel_on_shopify=False))
    make_created(db, store, raw_order())
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    assert peeking.order(db)["followup"] is None


def test_an_update_never_moves_a_created_order_back(db: Database) -> None:
    store = add_store(db)
    make_created(db, store, raw_order())
    for step, status in enumerate(("ON_HOLD", "UNPAID", "IN_TRANSIT", "NEW_STATUS"), 100):
        record(db, store, raw_order(status=status, update_time=PLACED + step))
        order = peeking.order(db)
        assert (order["state"], order["status"]) == ("created", status.lower())
    assert claim(db, store, now=NOW + timedelta(days=9)) == []


@pytest.mark.parametrize(
    "code",
    [
        "invalid_order",
        "currency_unsupported",
        "sku_missing",
        "sku_unmatched",
        "sku_ambiguous",
        "address_unusable",
        "total_mismatch",
    ],
)
def test_a_changed_document_gives_a_blocked_order_another_chance(db: Database, code: str) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    settle(db, Blocked(held.pk, Reason(code, "because")))
    record(db, store, raw_order())
    assert peeking.order(db)["state"] == "blocked"
    record(db, store, raw_order(buyer_message="corrected"))
    order = peeking.order(db)
    assert (order["state"], order["reason_code"], order["next_try_at"]) == ("waiting", None, NOW)


@pytest.mark.parametrize("code", ["shopify_refused", "needs_reauthorization"])
def test_a_changed_document_does_not_help_every_reason(db: Database, code: str) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    settle(db, Blocked(held.pk, Reason(code, "because")))
    record(db, store, raw_order(status="IN_TRANSIT", update_time=PLACED + 90))
    assert peeking.order(db)["state"] == "blocked"


def test_an_update_does_not_cut_a_wait_after_a_failure_short(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    later = NOW + timedelta(minutes=30)
    settle(db, Waiting(held.pk, Reason(ReasonCode.SHOPIFY_UNAVAILABLE, "no points"), later))
    record(db, store, raw_order(update_time=PLACED + 90, buyer_message="new"))
    order = peeking.order(db)
    assert (order["reason_code"], order["next_try_at"]) == ("shopify_unavailable", later)


def test_whoever_works_by_an_old_document_loses_the_order_when_it_moves(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    assert begin(db, held.pk) == {}
    assert settle(db, created(held.pk)) == set()
    assert peeking.order(db)["state"] == "ignored"


def test_before_start_is_lifted_by_a_backfill_only(db: Database) -> None:
    store = add_store(db, start_from=NOW)
    record(db, store, raw_order())
    assert peeking.order(db)["reason_code"] == "before_start"
    record(db, store, raw_order(), scheduled=False, source="backfill")
    assert (peeking.order(db)["state"], peeking.order(db)["reason_code"]) == ("waiting", None)
    record(db, store, raw_order(update_time=PLACED + 90, status="IN_TRANSIT"))
    assert peeking.order(db)["state"] == "waiting"


def test_completion_by_the_connector_is_never_undone(db: Database) -> None:
    from connector.ledger import completion

    store = add_store(db)
    (pk,) = make_created(db, store, raw_order(status="DELIVERED", delivery_time=PLACED + 600))
    done = {"store_id": store.id, "pks": [pk], "delivered_before": NOW, "now": NOW}
    assert db.call(completion.complete, **done) == 1
    record(db, store, raw_order(status="DELIVERED", delivery_time=PLACED + 600, update_time=PLACED + 999))
    order = peeking.order(db)
    assert (order["status"], order["completed_by"], order["completed_at"]) == ("completed", "connector", NOW)
    record(db, store, raw_order(status="COMPLETED", update_time=PLACED + 1999))
    assert peeking.order(db)["completed_by"] == "connector"
    assert peeking.order(db)["refresh_at"] is None


def test_completed_by_tiktok_has_its_time(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order("1", status="COMPLETED"), raw_order("2", status="DELIVERED"))
    record(db, store, raw_order("2", status="COMPLETED", update_time=PLACED + 90))
    for order_id, second in (("1", 60), ("2", 90)):
        order = peeking.order(db, order_id)
        assert order["completed_by"] == "tiktok"
        assert order["completed_at"].timestamp() == PLACED + second


def test_delivery_has_tiktoks_time_or_that_of_the_change(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order("1", status="DELIVERED", delivery_time=PLACED + 7))
    record(db, store, raw_order("2", status="DELIVERED"))
    record(db, store, raw_order("2", status="DELIVERED", update_time=PLACED + 900))
    assert peeking.order(db, "1")["delivered_at"].timestamp() == PLACED + 7
    assert peeking.order(db, "2")["delivered_at"].timestamp() == PLACED + 60
    assert peeking.order(db, "2")["refresh_at"] == NOW + timedelta(hours=24)


def test_changed_lines_keep_the_variant_of_a_sku_that_is_still_there(db: Database) -> None:
    from connector.ledger.attempts import record_lines
    from connector.ledger.lines import LineMatch

    store = add_store(db)
    record(db, store, raw_order(line_items=[raw_unit("A"), raw_unit("A")]))
    (held,) = claim(db, store)
    match = LineMatch("id-A", "A", "gid://shopify/ProductVariant/1", "exact")
    assert db.call(record_lines, owner="worker", matches={held.pk: [match]}) == {held.pk}
    record(db, store, raw_order(line_items=[raw_unit("A"), raw_unit("B")], update_time=PLACED + 90))
    found = [(row["seller_sku"], row["quantity"], row["variant_id"]) for row in peeking.rows(db, LINES)]
    assert found == [("A", 1, "gid://shopify/ProductVariant/1"), ("B", 1, None)]


def test_one_order_id_in_two_stores_is_two_orders(db: Database) -> None:
    first, second = add_store(db, "us"), add_store(db, "uk")
    assert record(db, first, raw_order()).new == 1
    assert record(db, second, raw_order()).new == 1
    assert len(peeking.rows(db, ORDERS)) == 2


@pytest.mark.parametrize("created_between", [False, True])
def test_updates_in_any_order_end_the_same(db: Database, *, created_between: bool) -> None:
    store = add_store(db)
    steps = ("AWAITING_SHIPMENT", "IN_TRANSIT", "DELIVERED", "COMPLETED")
    updates = [raw_order(status=status, update_time=PLACED + n) for n, status in enumerate(steps)]
    for number, order in enumerate(permutations(updates)):
        for position, update in enumerate(order):
            record(db, store, {**update, "id": str(number)})
            if created_between and position == 1:
                settle(db, *(created(held.pk) for held in claim(db, store)))
        row = peeking.order(db, str(number))
        assert (row["status"], row["completed_by"]) == ("completed", "tiktok")
        assert row["state"] == ("created" if created_between else "waiting")
        moves = [detail for event, detail in peeking.history(db, str(number)) if event == "status_changed"]
        for earlier, later in pairwise(moves):
            assert earlier.split(" → ")[1] == later.split(" → ")[0]


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


def test_a_cancelled_order_that_an_earlier_ledger_may_have_made_is_looked_up_first(db: Database) -> None:
    store = add_store(db, doubt_before=NOW)
    record(db, store, raw_order("1", status="CANCELLED"), raw_order("2", status="ON_HOLD"))
    record(db, store, raw_order("2", status="CANCELLED", update_time=int(NOW.timestamp())))

    assert {each.tiktok_order_id for each in claim(db, store)} == {"1", "2"}


def test_a_cancelled_order_set_aside_stays_so_when_it_is_read_again(db: Database) -> None:
    store = add_store(db, doubt_before=NOW)
    record(db, store, raw_order("1", status="CANCELLED"))
    (held,) = claim(db, store)
    verdict = Ignored(held.pk, Reason(ReasonCode.CANCELLED_BEFORE_CREATE))
    db.call(outcomes.record_outcomes, owner="worker", now=NOW, source="sync", outcomes=[verdict])

    record(db, store, raw_order("1", status="CANCELLED", buyer_message="later"))

    assert claim(db, store) == []

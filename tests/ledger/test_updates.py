"""What a later document does to a stored order: never backwards, with history."""

from datetime import timedelta
from itertools import pairwise, permutations

import pytest

from connector.ledger.database import Database
from connector.ledger.outcomes import Blocked, Waiting
from connector.ledger.tables import DOCUMENTS, EVENTS, LINES, ORDERS
from models.state import Reason, ReasonCode
from tests.ledger import peeking
from tests.ledger.making import (
    NOW,
    PLACED,
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

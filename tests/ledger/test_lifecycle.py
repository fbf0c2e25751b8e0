"""After creation: follow-ups on Shopify, requests of buyers, completion, refreshing, reconciliation."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.ledger import aftersales, completion, followups, reconciliation, refresh
from connector.ledger.attempts import record_lines
from connector.ledger.database import Database
from connector.ledger.lines import LineMatch
from connector.ledger.stores import StoreRow
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
    record,
    settle,
)

DELIVERED = datetime.fromtimestamp(PLACED + 600, UTC)


def _due(
    db: Database, store: StoreRow, owner: str = "worker", now: datetime = NOW
) -> list[followups.Followup]:
    return db.call(followups.claim_followups, store_id=store.id, owner=owner, now=now, limit=10)


def _end(db: Database, pk: int, outcome: str, kind: str = "cancel", **changes: Any) -> bool:
    options = {"owner": "worker", "detail": "", "now": NOW, "source": "sync", **changes}
    return db.call(followups.record_followup, pk=pk, kind=kind, outcome=outcome, **options)


def _cancelled(db: Database) -> tuple[StoreRow, followups.Followup]:
    store = add_store(db)
    make_created(db, store, raw_order())
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    (due,) = _due(db, store)
    return store, due


@pytest.mark.parametrize("outcome", ["done", "already"])
def test_a_cancelled_order_is_cancelled_on_shopify_once(db: Database, outcome: str) -> None:
    store, due = _cancelled(db)
    assert (due.kind, due.tiktok_order_id, due.attempts) == ("cancel", "5764001", 0)
    assert due.shopify_order_id == peeking.order(db)["shopify_order_id"]
    assert due.raw["status"] == "CANCELLED"
    assert _due(db, store, "other") == []
    assert _end(db, due.pk, outcome) is True
    order = peeking.order(db)
    assert (order["shopify_cancelled_at"], order["followup"], order["lease_owner"]) == (NOW, None, None)
    assert peeking.history(db)[-1][0] == "cancelled_on_shopify"
    assert _end(db, due.pk, outcome) is False


def test_a_refused_cancellation_is_shown_and_not_repeated(db: Database) -> None:
    store, due = _cancelled(db)
    _end(db, due.pk, "refused", detail="the order is fulfilled")
    order = peeking.order(db)
    assert (order["followup"], order["followup_note"]) == (None, "the order is fulfilled")
    assert peeking.history(db)[-1] == ("cancel_refused", "the order is fulfilled")
    assert _due(db, store, now=NOW + timedelta(days=99)) == []
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 99))
    assert peeking.order(db)["followup"] is None


def test_a_failed_follow_up_is_tried_again_later(db: Database) -> None:
    store, due = _cancelled(db)
    later = NOW + timedelta(minutes=5)
    _end(db, due.pk, "failed", detail="no points", next_try_at=later)
    assert _due(db, store, now=later - timedelta(seconds=1)) == []
    (again,) = _due(db, store, now=later)
    assert again.attempts == 1
    _end(db, due.pk, "failed", detail="no points", next_try_at=later)
    assert [event for event, _ in peeking.history(db)].count("cancel_failed") == 1


def test_a_fulfilment_is_replaced_by_a_cancellation_meanwhile(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order(status="PARTIALLY_SHIPPING"))
    (held,) = claim(db, store)
    db.call(
        record_lines,
        owner="worker",
        matches={held.pk: [LineMatch("id-SKU-1", "SKU-1", "gid://v/1", "exact")]},
    )
    begin(db, held.pk)
    settle(db, created(held.pk, followup="fulfil"))
    (due,) = _due(db, store)
    assert (due.kind, due.variant_by_sku_id) == ("fulfil", {"id-SKU-1": "gid://v/1"})
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    assert _end(db, due.pk, "done", kind="fulfil") is True
    assert [each.kind for each in _due(db, store)] == ["cancel"]


def test_a_lost_lease_records_no_follow_up(db: Database) -> None:
    store, due = _cancelled(db)
    assert len(_due(db, store, "other", now=NOW + timedelta(minutes=3))) == 1
    assert _end(db, due.pk, "done") is False
    assert peeking.order(db)["shopify_cancelled_at"] is None


def _request(status: str, second: int = 10, **changes: Any) -> dict[str, Any]:
    return {
        "return_id": "r1",
        "order_id": "1",
        "return_status": status,
        "update_time": PLACED + second,
        **changes,
    }


def test_requests_are_kept_once_and_never_become_older(db: Database) -> None:
    store = add_store(db)

    def keep(*items: object, kind: str = "return") -> set[str]:
        return db.call(aftersales.record_aftersales, store_id=store.id, kind=kind, items=items)

    assert keep(_request("PENDING"), None, {"order_id": "2"}, {"return_id": "x"}) == {"1"}
    assert keep(_request("PENDING")) == set()
    assert keep(_request("COMPLETE", 20), _request("PENDING", 15)) == {"1"}
    assert keep(_request("PENDING", 19)) == set()
    assert keep(_request("COMPLETE", 20, arbitration_status="IN_PROGRESS")) == {"1"}
    assert keep(
        {"cancel_id": 5, "order_id": 1, "cancel_status": "C", "create_time": PLACED}, kind="cancellation"
    ) == {"1"}
    rows = db.read(aftersales.aftersales_of, store_id=store.id, order_ids=["1", "2"])["1"]
    assert [(row.kind, row.external_id, row.status, row.arbitration_status) for row in rows] == [
        ("return", "r1", "COMPLETE", "IN_PROGRESS"),
        ("cancellation", "5", "C", ""),
    ]
    assert db.read(aftersales.aftersales_of, store_id=store.id, order_ids=["2"]) == {}


def _delivered(number: int, second: int = 600) -> dict[str, Any]:
    return raw_order(str(number), status="DELIVERED", delivery_time=PLACED + second)


def test_candidates_are_orders_delivered_long_enough_ago(db: Database) -> None:
    store, other = add_store(db), add_store(db, "uk")
    record(db, store, _delivered(1), _delivered(2, 601), raw_order("3", status="IN_TRANSIT"), _delivered(4))
    record(db, other, _delivered(5))
    where = {"store_id": store.id, "delivered_before": DELIVERED}
    first = db.read(completion.candidates, **where, limit=1)
    assert [each.tiktok_order_id for each in first] == ["1"]
    rest = db.read(completion.candidates, **where, limit=9, after_pk=first[0].pk)
    assert [each.tiktok_order_id for each in rest] == ["4"]


def test_only_what_still_is_delivered_is_completed_and_once(db: Database) -> None:
    store = add_store(db)
    record(db, store, _delivered(1), _delivered(2), _delivered(3, 601))
    pks = [peeking.order(db, str(number))["id"] for number in (1, 2, 3)]
    record(db, store, raw_order("2", status="CANCELLED", update_time=PLACED + 999))
    done = {"store_id": store.id, "pks": pks, "delivered_before": DELIVERED, "now": NOW}
    assert db.call(completion.complete, **done) == 1
    order = peeking.order(db, "1")
    assert (order["status"], order["completed_by"], order["completed_at"]) == ("completed", "connector", NOW)
    assert peeking.history(db, "1")[-1] == ("status_changed", "delivered → completed")
    assert db.call(completion.complete, **done) == 0
    assert [peeking.order(db, number)["status"] for number in "23"] == ["cancelled", "delivered"]


def test_stale_orders_are_read_again_and_final_ones_never(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order("1", status="COMPLETED"), raw_order("2", status="CANCELLED"))
    record(db, store, _delivered(3), now=NOW - timedelta(hours=1))
    record(db, store, raw_order("4"))

    def due(hours: float, limit: int = 9) -> list[str]:
        now = NOW + timedelta(hours=hours)
        return db.read(refresh.due_for_refresh, store_id=store.id, now=now, limit=limit)

    assert (due(5.9), due(6), due(23), due(23, 1)) == ([], ["4"], ["4", "3"], ["4"])
    now = NOW + timedelta(hours=23)
    db.call(refresh.mark_refreshed, store_id=store.id, order_ids=["1", "3", "4", "unknown"], now=now)
    assert (due(28.9), due(29), due(47)) == ([], ["4"], ["4", "3"])


def test_the_ledgers_side_of_a_reconciliation(db: Database) -> None:
    store, other = add_store(db), add_store(db, "uk")
    make_created(db, store, raw_order("1"))
    record(
        db,
        store,
        raw_order("2", create_time=PLACED + 10, status="UNPAID"),
        raw_order("3", create_time=PLACED + 20),
    )
    record(db, other, raw_order("4"))
    span = {"store_id": store.id, "start": datetime.fromtimestamp(PLACED, UTC)}
    end = datetime.fromtimestamp(PLACED + 20, UTC)
    found = db.read(reconciliation.orders_between, **span, end=end)
    assert [(row.tiktok_order_id, row.state, row.total_amount) for row in found] == [
        ("2", "waiting", "12.50"),
        ("1", "created", "12.50"),
    ]
    assert db.read(reconciliation.count_between, **span, end=end) == 2
    assert db.read(reconciliation.known_ids, store_id=store.id, order_ids=["3", "4", "x"]) == {"3"}

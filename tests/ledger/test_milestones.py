"""When an order was delivered and completed, and by whose word."""

from datetime import timedelta

from connector.ledger.database import Database
from tests.ledger import peeking
from tests.ledger.making import NOW, PLACED, add_store, make_created, raw_order, record


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

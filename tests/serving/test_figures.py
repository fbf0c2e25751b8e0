"""Counters and what the metrics read of the ledger, over each kind of database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connector.ledger import counters, figures
from connector.ledger.database import Database
from tests.ledger.making import NOW, add_store, raw_order
from tests.ledger.making import record as record_orders


def test_counters_grow_and_are_shared(db: Database) -> None:
    us, uk = add_store(db, "us"), add_store(db, "uk")
    db.call(counters.add, store_id=us.id, amounts={counters.TIKTOK_CALLS: 3, counters.SHOPIFY_POINTS: 11})
    db.call(counters.add, store_id=us.id, amounts={counters.TIKTOK_CALLS: 2, counters.SHOPIFY_CALLS: 0})
    db.call(counters.add, store_id=uk.id, amounts={counters.TIKTOK_CALLS: 1})
    assert db.read(counters.totals) == [
        ("uk", "tiktok_calls", 1),
        ("us", "shopify_points", 11),
        ("us", "tiktok_calls", 5),
    ]


def test_counters_lose_nothing_when_many_add_at_once(db: Database) -> None:
    us = add_store(db, "us")
    amounts = {counters.TIKTOK_CALLS: 1, counters.SHOPIFY_CALLS: 2}
    with ThreadPoolExecutor(8) as pool:
        for _ in range(40):
            pool.submit(db.call, counters.add, store_id=us.id, amounts=amounts)
    assert [value for *_, value in db.read(counters.totals)] == [80, 40]


def test_figures_of_an_empty_ledger(db: Database) -> None:
    found = db.read(figures.read, now=NOW)
    assert (found.stores, found.orders, found.inbox, found.inbox_since) == ([], [], 0, None)


def test_figures_say_how_each_store_is_doing(db: Database) -> None:
    us, _ = add_store(db, "us"), add_store(db, "uk", paused=True)
    record_orders(db, us, raw_order("1"), raw_order("2"), raw_order("3", status="CANCELLED"))
    found = db.read(figures.read, now=NOW + timedelta(minutes=5))
    assert sum(count for *_, count in found.orders) == 3
    assert {(store, status) for store, _, status, _ in found.orders} == {
        ("us", "awaiting_shipment"),
        ("us", "cancelled"),
    }
    by_name = {store.name: store for store in found.stores}
    assert (by_name["uk"].paused, by_name["us"].paused) == (True, False)
    assert by_name["us"].oldest_waiting_since is not None
    assert by_name["uk"].oldest_waiting_since is None


@pytest.mark.parametrize("moment", [timedelta(seconds=1), timedelta(days=1)])
def test_fetches_under_way_are_those_that_are_alive(db: Database, moment: timedelta) -> None:
    from connector.ledger import fetch_runs

    add_store(db, "us")
    db.call(fetch_runs.join_or_start, stores=["us"], user="ann", now=NOW)
    found = db.read(figures.read, now=NOW + moment)
    assert (found.fetches, found.fetching) == (1, int(moment < timedelta(hours=1)))

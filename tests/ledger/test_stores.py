"""Stores and cursors."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import text

from connector.errors import UsageError
from connector.ledger import counters, cursors, stores
from connector.ledger.database import Database
from connector.ledger.tables import ATTEMPTS, DOCUMENTS, EVENTS, LINES, ORDERS
from models.order_settings import OrderSettings
from tests.ledger import peeking
from tests.ledger.making import NOW, add_store, make_created, raw_order


def test_a_store_is_read_as_it_was_added(db: Database) -> None:
    added = add_store(db, "us", settings=OrderSettings(hold_minutes=5), shopify_currency="USD")
    assert db.read(stores.get_store, name="us") == added
    assert (added.settings.hold_minutes, added.shopify_currency) == (5, "USD")


def test_orders_from_before_the_connection_are_in_doubt(db: Database) -> None:
    given = asdict(add_store(db, "first"))
    for name in ("id", "settings", "doubt_before"):
        del given[name]
    later = NOW + timedelta(days=3)
    values = {**given, "name": "second", "tiktok_shop_id": "another", "connected_at": later}
    added = db.call(stores.add_store, values=values, settings=OrderSettings())
    assert added.doubt_before == later


def test_updating_changes_only_what_is_given(db: Database) -> None:
    store = add_store(db)
    changed = db.call(
        stores.update_store,
        store_id=store.id,
        values={"shopify_domain": "new.example"},
        settings=OrderSettings(tags=["X"]),
    )
    assert (changed.shopify_domain, changed.settings.tags) == ("new.example", ["X"])
    assert db.call(stores.update_store, store_id=store.id, values={}) == changed


def test_a_paused_store_is_left_out_of_runs(db: Database) -> None:
    add_store(db, "b")
    add_store(db, "a")
    assert db.call(stores.pause_store, name="a").paused is True
    assert [row.name for row in db.read(stores.list_stores)] == ["a", "b"]
    assert [row.name for row in db.read(stores.list_stores, active_only=True)] == ["b"]
    assert [row.name for row in db.read(stores.list_stores, names=["b", "a", "b"])] == ["b", "a"]
    assert db.call(stores.resume_store, name="a").paused is False


def test_an_unknown_store_is_refused_with_the_known_ones(db: Database) -> None:
    with pytest.raises(UsageError, match="no store named 'x'; connected: none yet"):
        db.read(stores.get_store, name="x")
    add_store(db, "us")
    with pytest.raises(UsageError, match="connected: us"):
        db.read(stores.list_stores, names=["us", "x"])
    assert db.read(stores.find_store, name="x") is None


def test_removing_a_store_takes_everything_of_it_and_nothing_else(db: Database) -> None:
    us, uk = add_store(db, "us"), add_store(db, "uk")
    make_created(db, us, raw_order("1"), raw_order("2"))
    make_created(db, uk, raw_order("3"))
    db.call(stores.remove_store, name="us")
    assert [row.name for row in db.read(stores.list_stores)] == ["uk"]
    for table in (ORDERS, DOCUMENTS, LINES, ATTEMPTS):
        assert len(peeking.rows(db, table)) == 1
    assert {row["order_id"] for row in peeking.rows(db, EVENTS)} == {peeking.order(db, "3")["id"]}


def test_a_good_sync_is_noted_and_clears_the_last_error(db: Database) -> None:
    store = add_store(db)
    db.call(stores.mark_failed, store_id=store.id, error="no")
    db.call(stores.mark_alive, store_id=store.id, now=NOW, complete_up_to=NOW - timedelta(minutes=1))
    row = db.read(stores.store_by_id, store_id=store.id)
    assert (row.alive_at, row.complete_up_to, row.last_error) == (NOW, NOW - timedelta(minutes=1), None)


def test_doubt_is_only_ever_raised(db: Database) -> None:
    store = add_store(db)
    for shift, held in ((1, 1), (-1, 1), (2, 2)):
        db.call(stores.raise_doubt, store_id=store.id, before=NOW + timedelta(hours=shift))
        row = db.read(stores.store_by_id, store_id=store.id)
        assert row.doubt_before == NOW + timedelta(hours=held)


def test_a_cursor_never_moves_back(db: Database) -> None:
    store, other = add_store(db), add_store(db, "uk")
    where = {"store_id": store.id, "stream": "orders"}
    assert db.read(cursors.position, **where) is None
    for position, held in ((100, 100), (50, 100), (101, 101)):
        assert db.call(cursors.advance, **where, position=position, now=NOW) == held
    assert db.read(cursors.position, store_id=other.id, stream="orders") is None


def test_a_cursor_goes_beyond_january_2038(db: Database) -> None:
    store = add_store(db)
    db.call(cursors.advance, store_id=store.id, stream="orders", position=2**31, now=NOW)
    assert db.read(cursors.position, store_id=store.id, stream="orders") == 2**31


@pytest.mark.parametrize("table", ["cursor", "store_counter"])
def test_rows_written_over_and_over_do_not_use_up_their_numbers(postgres_url: str, table: str) -> None:
    db = Database(postgres_url)
    store = add_store(db)
    db.call(lambda session: session.execute(text(f"SELECT setval('{table}_id_seq', {2**31 - 1})")))
    db.call(cursors.advance, store_id=store.id, stream="orders", position=7, now=NOW)
    db.call(counters.add, store_id=store.id, amounts={counters.TIKTOK_CALLS: 1})
    db.dispose()


def test_backfill_cursors_are_listed_and_cleared(db: Database) -> None:
    store = add_store(db)
    for stream in ("orders", "backfill:1:2", "backfill:3:4"):
        db.call(cursors.advance, store_id=store.id, stream=stream, position=7, now=NOW)
    assert db.read(cursors.backfills, store_id=store.id) == {"backfill:1:2": 7, "backfill:3:4": 7}
    db.call(cursors.clear, store_id=store.id, stream="backfill:1:2")
    assert db.read(cursors.backfills, store_id=store.id) == {"backfill:3:4": 7}

"""A page with an order that the database refuses, though nobody foresaw why: the other orders are stored."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connector.errors import ConfigurationError, LedgerUnavailable
from connector.ledger import stores
from connector.ledger.database import Database
from connector.ledger.tables import EVENTS, ORDERS, UNUSABLE
from tests.ledger import peeking
from tests.ledger.making import NOW, PLACED, USABLE, add_store, raw_order, record

REFUSED = {**USABLE, "name": "Nobody"}
_SQLITE = """
CREATE TRIGGER picky_{0} BEFORE {0} ON orders WHEN NEW.customer_name = 'Nobody'
BEGIN SELECT RAISE(ABORT, 'refused'); END
"""
_POSTGRES = "ALTER TABLE orders ADD CONSTRAINT picky CHECK (customer_name <> 'Nobody')"


def _run(db: Database, *statements: str) -> None:
    with db.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


@pytest.fixture
def picky(db: Database) -> Iterator[Database]:
    """A database that refuses every order of somebody called Nobody."""
    statements = [_SQLITE.format(verb) for verb in ("INSERT", "UPDATE")] if db.is_sqlite else [_POSTGRES]
    _run(db, *statements)
    yield db
    if not db.is_sqlite:
        _run(db, "ALTER TABLE orders DROP CONSTRAINT picky")


def test_an_order_the_database_refuses_stops_no_other_of_its_page(picky: Database) -> None:
    store = add_store(picky)
    page = [raw_order("1"), raw_order("2", recipient_address=REFUSED), {"id": ""}, raw_order("3")]
    counts = record(picky, store, *page, raw_order("3", update_time=PLACED + 90))
    assert (counts.found, counts.new, counts.updated, counts.unusable) == (5, 2, 1, 2)
    assert counts.order_ids == ["1", "3"]
    assert [row["tiktok_order_id"] for row in peeking.rows(picky, ORDERS)] == ["1", "3"]
    kept = [row["body"] for row in peeking.rows(picky, UNUSABLE)]
    assert len(kept) == 2
    assert any('"Nobody"' in body for body in kept)


def test_an_update_the_database_refuses_leaves_the_order_as_it_was(picky: Database) -> None:
    store = add_store(picky)
    record(picky, store, raw_order("1"), raw_order("2"))
    before, events = peeking.order(picky, "1"), peeking.rows(picky, EVENTS)
    later = {"update_time": PLACED + 90, "status": "IN_TRANSIT"}
    counts = record(picky, store, raw_order("1", recipient_address=REFUSED, **later), raw_order("2", **later))
    assert (counts.updated, counts.unusable) == (1, 1)
    assert peeking.order(picky, "1") == before
    assert peeking.order(picky, "2")["status"] == "in_transit"
    assert len(peeking.rows(picky, EVENTS)) == len(events) + 1


def test_the_same_refused_order_is_kept_as_text_once(picky: Database) -> None:
    store = add_store(picky)
    for _ in range(2):
        assert record(picky, store, raw_order("1", recipient_address=REFUSED)).unusable == 1
    assert len(peeking.rows(picky, UNUSABLE)) == 1


def test_a_database_that_refuses_everything_is_no_fault_of_an_order(db: Database) -> None:
    store = add_store(db)
    _run(db, "ALTER TABLE orders RENAME COLUMN items TO things")
    try:
        with pytest.raises(LedgerUnavailable, match="not set up for this version"):
            record(db, store, raw_order("1"))
    finally:
        _run(db, "ALTER TABLE orders RENAME COLUMN things TO items")
    assert peeking.rows(db, UNUSABLE) == []


def test_orders_of_a_removed_store_do_not_come_to_the_one_that_has_its_number(db: Database) -> None:
    removed = add_store(db)
    db.call(stores.remove_store, name=removed.name)
    # SQLite gives the number anew; on PostgreSQL there is no store any more.
    add_store(db, "uk", connected_at=NOW + timedelta(seconds=5))
    with pytest.raises(ConfigurationError, match="was removed"):
        record(db, removed, raw_order("1"))
    assert peeking.rows(db, ORDERS) == []

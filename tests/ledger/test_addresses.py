"""The one good address of an order is never lost to a worse one."""

import json

import pytest

from connector.ledger.database import Database
from tests.ledger import peeking
from tests.ledger.making import MASKED, PLACED, USABLE, add_store, raw_order, record


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

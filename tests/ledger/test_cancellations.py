"""Orders cancelled at TikTok: before, while and after they are created."""

from connector.ledger import outcomes
from connector.ledger.database import Database
from connector.ledger.outcomes import Blocked, Ignored, Waiting
from models.order_settings import OrderSettings
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
    record,
    settle,
)


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

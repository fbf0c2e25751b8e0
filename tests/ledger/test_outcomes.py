"""Attempts and outcomes: committed before and after each request, fenced, with history."""

from datetime import timedelta

import pytest

from connector.ledger.database import Database
from connector.ledger.outcomes import Blocked, Created, Ignored, Looked, Waiting
from connector.ledger.tables import ATTEMPTS, VARIANTS
from models.state import Reason, ReasonCode
from tests.ledger import peeking
from tests.ledger.making import NOW, PLACED, add_store, begin, claim, created, raw_order, record, settle


def test_a_created_order_holds_its_shopify_order_and_is_free(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    begin(db, held.pk)
    made = Created(held.pk, "gid://shopify/Order/1", "#1", detail="without phone", followup="fulfil")
    assert settle(db, made) == {held.pk}
    order = peeking.order(db)
    assert (order["state"], order["shopify_order_id"], order["shopify_order_name"]) == (
        "created",
        "gid://shopify/Order/1",
        "#1",
    )
    assert (order["lease_owner"], order["next_try_at"], order["followup"]) == (None, None, "fulfil")
    assert peeking.history(db)[1:] == [
        ("created_on_shopify", "#1: without phone"),
        ("state_changed", "waiting → created"),
    ]
    (attempt,) = peeking.rows(db, ATTEMPTS)
    assert (attempt["outcome"], attempt["ended_at"]) == ("made", NOW)


def test_an_order_that_was_found_is_linked(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    settle(db, created(held.pk, linked=True, detail="found on Shopify"))
    assert peeking.history(db)[1][0] == "linked_to_shopify"


@pytest.mark.parametrize(
    ("verdict", "place"),
    [
        (lambda pk: Blocked(pk, Reason("sku_unmatched", "no 'A'")), ("blocked", "sku_unmatched", None)),
        (
            lambda pk: Waiting(pk, Reason("shopify_unavailable"), NOW + timedelta(minutes=1)),
            ("waiting", "shopify_unavailable", NOW + timedelta(minutes=1)),
        ),
        (lambda pk: Ignored(pk, Reason("type_switched_off")), ("ignored", "type_switched_off", None)),
    ],
)
def test_other_outcomes_move_the_order_and_its_history(db: Database, verdict: object, place: object) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    assert settle(db, verdict(held.pk)) == {held.pk}  # type: ignore[operator]
    order = peeking.order(db)
    assert (order["state"], order["reason_code"], order["next_try_at"]) == place
    assert order["lease_owner"] is None
    assert peeking.history(db)[-1][1].startswith(f"waiting → {order['state']} ({order['reason_code']})")


def test_an_unknown_answer_is_looked_up_until_it_is_settled(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    begin(db, held.pk)
    settle(db, Waiting(held.pk, Reason("outcome_unknown", "the answer was lost"), NOW, attempt="unknown"))
    for looks in (1, 2):
        later = NOW + timedelta(minutes=looks)
        (held,) = claim(db, store, now=later)
        settle(db, Looked(held.pk, later), now=later)
        (attempt,) = peeking.rows(db, ATTEMPTS)
        assert (attempt["outcome"], attempt["empty_looks"], attempt["last_look_at"]) == (
            "unknown",
            looks,
            later,
        )
        assert (attempt["ended_at"], peeking.order(db)["reason_code"]) == (NOW, "outcome_unknown")
    (held,) = claim(db, store, now=later)
    assert begin(db, held.pk, now=later) == {held.pk: 2}
    settle(db, created(held.pk), now=later)
    assert [row["outcome"] for row in peeking.rows(db, ATTEMPTS)] == ["not_made", "made"]


def test_an_attempt_is_numbered_for_each_request(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order("1"), raw_order("2"))
    first, second = claim(db, store)
    assert begin(db, first.pk, second.pk) == {first.pk: 1, second.pk: 1}
    assert begin(db, first.pk) == {first.pk: 2}
    assert [row["outcome"] for row in peeking.rows(db, ATTEMPTS) if row["order_id"] == first.pk] == [
        "not_made",
        None,
    ]


def test_a_begun_attempt_prolongs_the_lease(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store, lease_seconds=10)
    begin(db, held.pk, now=NOW + timedelta(seconds=9), lease_seconds=60)
    assert claim(db, store, "other", now=NOW + timedelta(seconds=68)) == []


def test_recording_the_same_creation_twice_is_one_creation(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    begin(db, held.pk)
    settle(db, created(held.pk))
    before = peeking.order(db), peeking.history(db)
    assert settle(db, created(held.pk)) == set()
    assert (peeking.order(db), peeking.history(db)) == before


@pytest.mark.parametrize("together", [True, False])
def test_one_shopify_order_belongs_to_one_order(db: Database, together: bool) -> None:
    store, other = add_store(db), add_store(db, "uk")
    record(
        db,
        store,
        raw_order("1", create_time=PLACED + 9),
        raw_order("2"),
        raw_order("3", create_time=PLACED - 9),
    )
    record(db, other, raw_order("4"))
    first, second, third = claim(db, store)
    (elsewhere,) = claim(db, other)
    twins = [
        created(each.pk, shopify_order_id="gid://shopify/Order/7") for each in (first, second, elsewhere)
    ]
    pages = [[*twins, created(third.pk)]] if together else [[twins[0]], [*twins[1:], created(third.pk)]]
    written: set[int] = set()
    for page in pages:
        written |= settle(db, *page)
    assert written == {first.pk, second.pk, third.pk, elsewhere.pk}
    states = {order_id: peeking.order(db, order_id)["state"] for order_id in ("1", "2", "3", "4")}
    assert states == {"1": "created", "2": "blocked", "3": "created", "4": "created"}
    assert peeking.order(db, "2")["reason_code"] == "shopify_refused"
    assert ("shopify_order_claimed_twice", "gid://shopify/Order/7") in peeking.history(db, "2")


def test_cancelled_while_worked_on_is_ignored_once_it_surely_was_not_made(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    begin(db, held.pk)
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    order = peeking.order(db)
    assert (order["state"], order["lease_owner"]) == ("waiting", "worker")
    settle(db, Waiting(held.pk, Reason(ReasonCode.SHOPIFY_UNAVAILABLE), NOW, attempt="not_made"))
    order = peeking.order(db)
    assert (order["state"], order["reason_code"]) == ("ignored", "cancelled_before_create")


def test_cancelled_while_its_create_was_under_way_is_cancelled_on_shopify(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    begin(db, held.pk)
    record(db, store, raw_order(status="CANCELLED", update_time=PLACED + 90))
    settle(db, created(held.pk))
    order = peeking.order(db)
    assert (order["state"], order["followup"]) == ("created", "cancel")


def test_stale_variants_are_forgotten(db: Database) -> None:
    from connector.ledger.attempts import record_lines
    from connector.ledger.lines import LineMatch
    from connector.ledger.variants import upsert_variants
    from tests.ledger.test_variants import row

    store = add_store(db)
    db.call(upsert_variants, store_id=store.id, rows=[row("1", "SKU-1"), row("2", "SKU-2")], now=NOW)
    record(db, store, raw_order())
    (held,) = claim(db, store)
    match = LineMatch("id-SKU-1", "SKU-1", row("1", "SKU-1").variant_id, "exact")
    db.call(record_lines, owner="worker", matches={held.pk: [match]})
    begin(db, held.pk)
    settle(db, Waiting(held.pk, None, NOW, attempt="not_made", variants_stale=True))
    assert [variant["sku"] for variant in peeking.rows(db, VARIANTS)] == ["SKU-2"]
    assert len(claim(db, store)) == 1

"""Who may work on an order: one owner at a time, among threads and among processes."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain

from connector.ledger import claims
from connector.ledger.database import Database
from connector.ledger.outcomes import Blocked, Looked, Waiting
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
    raw_order,
    record,
    settle,
)

_WORKER = """
import sys
from datetime import datetime, UTC
from connector.ledger import claims
from connector.ledger.database import Database

database = Database(sys.argv[1])
now = datetime.fromisoformat(sys.argv[4])
while held := database.call(claims.claim_due, store_id=int(sys.argv[2]), owner=sys.argv[3], now=now, limit=7):
    print(*(each.tiktok_order_id for each in held), flush=True)
"""


def test_due_orders_come_newest_first_with_all_a_worker_needs(db: Database) -> None:
    store = add_store(db)
    record(db, store, *(raw_order(str(n), create_time=PLACED + n) for n in (1, 3, 2)))
    held = claim(db, store, limit=2)
    assert [each.tiktok_order_id for each in held] == ["3", "2"]
    assert held[0].raw == raw_order("3", create_time=PLACED + 3)
    assert held[0].address == USABLE
    assert (held[0].attempts, held[0].last_attempt, held[0].reason_code) == (0, None, None)


def test_only_named_orders_are_claimed_when_ids_are_given(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order("1"), raw_order("2"), raw_order("3"))
    assert [each.tiktok_order_id for each in claim(db, store, order_ids=["2", "unknown"])] == ["2"]
    assert [each.tiktok_order_id for each in claim(db, store, order_ids=["3", "1"], limit=1)] == ["3"]
    assert claim(db, store, order_ids=[]) == []


def test_what_is_not_due_is_not_claimed(db: Database) -> None:
    store, other = add_store(db), add_store(db, "uk")
    record(db, store, raw_order("1", status="UNPAID"), raw_order("2", status="CANCELLED"), raw_order("3"))
    record(db, other, raw_order("4"))
    (held,) = claim(db, store)
    assert held.tiktok_order_id == "3"
    settle(db, Waiting(held.pk, Reason(ReasonCode.SHOPIFY_UNAVAILABLE), NOW + timedelta(minutes=5)))
    assert claim(db, store, now=NOW + timedelta(minutes=5, microseconds=-1)) == []
    assert len(claim(db, store, now=NOW + timedelta(minutes=5))) == 1


def test_a_live_lease_keeps_others_out_and_a_dead_one_does_not(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store, "first", lease_seconds=60)
    assert claim(db, store, "second", now=NOW + timedelta(seconds=59)) == []
    renewing = {"owner": "first", "order_pks": [held.pk], "now": NOW + timedelta(seconds=50)}
    assert db.call(claims.renew, **renewing, lease_seconds=60) == {held.pk}
    assert claim(db, store, "second", now=NOW + timedelta(seconds=109)) == []
    assert len(claim(db, store, "second", now=NOW + timedelta(seconds=110))) == 1
    assert db.call(claims.renew, **renewing, lease_seconds=60) == set()
    assert db.call(claims.release, owner="first", order_pks=[held.pk]) == 0
    assert db.call(claims.release, owner="second", order_pks=[held.pk]) == 1
    assert len(claim(db, store, "third")) == 1


def test_a_worker_that_lost_its_lease_writes_nothing(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store, "slow", lease_seconds=60)
    later = NOW + timedelta(seconds=60)
    claim(db, store, "fast", now=later)
    before = peeking.order(db), peeking.history(db)
    assert begin(db, held.pk, owner="slow") == {}
    for verdict in (
        created(held.pk),
        Blocked(held.pk, Reason("sku_unmatched", "x")),
        Looked(held.pk, later),
        Waiting(held.pk, None, later, attempt="not_made"),
    ):
        assert settle(db, verdict, owner="slow") == set()
    assert (peeking.order(db), peeking.history(db)) == before
    assert begin(db, held.pk, owner="fast") == {held.pk: 1}


def test_the_best_address_is_given_even_when_the_document_lost_it(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order("1"), raw_order("2", recipient_address=MASKED))
    record(db, store, raw_order("1", recipient_address=MASKED, update_time=PLACED + 90))
    held = {each.tiktok_order_id: each for each in claim(db, store)}
    assert held["1"].raw["recipient_address"] == MASKED
    assert held["1"].address == USABLE
    assert held["2"].address is None


def test_the_last_attempt_is_told(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order())
    (held,) = claim(db, store, lease_seconds=60)
    assert begin(db, held.pk) == {held.pk: 1}
    dead = NOW + timedelta(minutes=10)
    (again,) = claim(db, store, "next", now=dead)
    last = again.last_attempt
    assert last is not None
    assert (last.number, last.started_at, last.ended_at, last.outcome) == (1, NOW, None, None)
    assert again.open_attempt == last
    settle(db, Waiting(again.pk, None, dead, attempt="not_made"), owner="next", now=dead)
    (third,) = claim(db, store, "next", now=dead)
    assert third.open_attempt is None
    assert third.last_attempt is not None
    assert (third.last_attempt.outcome, third.last_attempt.ended_at) == ("not_made", dead)


def test_threads_never_claim_the_same_order(db: Database) -> None:
    store = add_store(db)
    ids = [str(n) for n in range(1, 301)]
    record(db, store, *(raw_order(order_id) for order_id in ids))

    def work(owner: str) -> list[str]:
        mine: list[str] = []
        while held := claim(db, store, owner, limit=7):
            mine += [each.tiktok_order_id for each in held]
            numbers = begin(db, *(each.pk for each in held), owner=owner)
            assert settle(db, *(created(pk) for pk in numbers), owner=owner) == set(numbers)
        return mine

    with ThreadPoolExecutor(6) as pool:
        shares = list(pool.map(work, [f"worker-{n}" for n in range(6)]))
    assert sorted(chain.from_iterable(shares)) == sorted(ids)
    assert sum(event == "created_on_shopify" for n in ids for event, _ in peeking.history(db, n)[:2]) == 300


def test_processes_never_claim_the_same_order(db: Database, database_url: str) -> None:
    store = add_store(db)
    ids = [str(n) for n in range(1, 201)]
    record(db, store, *(raw_order(order_id) for order_id in ids))
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER, database_url, str(store.id), f"process-{n}", NOW.isoformat()],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(3)
    ]
    claimed = [worker.communicate(timeout=120)[0].split() for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert sorted(chain.from_iterable(claimed)) == sorted(ids)

"""Several consumers share the work; one that dies or stands still costs nothing but time."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any

from connector.ledger import claims, inbox, messages
from connector.ledger.inbox import Arrival
from connector.ledger.messages import LEASE_SECONDS, SUSPECT_AFTER, Settled
from connector.services.consumer import Consumer
from connector.services.consumer.retries import MOST_TRIES
from tests.realtime.conftest import RealTime, only_sqlite


def many(real_time: RealTime, count: int) -> list[str]:
    """So many orders of now, each told of."""
    now = real_time.runtime.clock.now()
    order_ids = [real_time.shop.us.place(created_at=now) for _ in range(count)]
    for order_id in order_ids:
        real_time.status_changed(order_id)
    return order_ids


def claim(real_time: RealTime, owner: str, limit: int = 100) -> list[int]:
    """Messages taken by an owner."""
    taken = real_time.runtime.database.call(
        messages.claim,
        store_id=real_time.shop.store().id,
        owner=owner,
        now=real_time.runtime.clock.now(),
        limit=limit,
    )
    return [message.id for message in taken]


def settle(real_time: RealTime, owner: str, *settled: Settled) -> None:
    """An owner's word on messages."""
    now = real_time.runtime.clock.now()
    real_time.runtime.database.call(messages.settle, owner=owner, settled=settled, now=now)


def test_two_consumers_never_hold_the_same_message(real_time: RealTime) -> None:
    many(real_time, 6)
    first, second = claim(real_time, "a", 3), claim(real_time, "b")
    assert len(first) == len(second) == 3
    assert not set(first) & set(second)
    settle(real_time, "b", Settled(first[0], "handled"))
    assert set(real_time.outcomes()) == {None}


def test_the_lease_of_a_dead_consumer_passes_on(real_time: RealTime) -> None:
    many(real_time, 3)
    held = claim(real_time, "dead")
    real_time.work_for_a_moment()
    assert real_time.outcomes() == [None] * 3
    real_time.shop.wait(seconds=LEASE_SECONDS)
    # The dead one lives after all; what it says of messages that are not its any more is nothing.
    assert claim(real_time, "alive") == held
    settle(real_time, "dead", *(Settled(message_id, "ignored") for message_id in held))
    assert real_time.outcomes() == [None] * 3
    real_time.runtime.database.call(messages.release, owner="alive", message_ids=held)
    real_time.work()
    assert real_time.outcomes() == ["handled"] * 3


def test_two_consumers_bring_each_order_once(real_time: RealTime) -> None:
    order_ids = many(real_time, 40)
    real_time.work(consumers=3)
    assert set(real_time.outcomes()) == {"handled"}
    assert {len(real_time.shop.us.shopify.orders_with_source(each)) for each in order_ids} == {1}


@only_sqlite
def test_an_order_somebody_else_works_on_is_looked_at_again(real_time: RealTime) -> None:
    """A consumer that died with the order in hand leaves it leased for longer than its message."""
    (order_id,) = many(real_time, 1)
    real_time.shop.fetch()
    real_time.runtime.database.call(
        claims.claim_due,
        store_id=real_time.shop.store().id,
        owner="dead",
        now=real_time.runtime.clock.now(),
        limit=10,
    )
    real_time.work()
    assert real_time.outcomes() == [None]
    assert real_time.shop.order(order_id)["state"] == "waiting"
    real_time.shop.wait(seconds=121)
    real_time.work()
    assert real_time.outcomes() == ["handled"]
    real_time.shop.stands_once(order_id)


@only_sqlite
def test_what_may_have_killed_its_consumers_is_claimed_alone(real_time: RealTime) -> None:
    many(real_time, 3)
    for _ in range(SUSPECT_AFTER):
        assert len(claim(real_time, "doomed")) == 3
        real_time.shop.wait(seconds=LEASE_SECONDS)
    assert [len(claim(real_time, "careful")) for _ in range(4)] == [1, 1, 1, 0]


@only_sqlite
def test_what_goes_on_killing_its_consumers_is_given_up(real_time: RealTime) -> None:
    (order_id,) = many(real_time, 1)
    for _ in range(MOST_TRIES):
        assert len(claim(real_time, "doomed")) == 1
        real_time.shop.wait(seconds=LEASE_SECONDS)
    real_time.work()
    assert real_time.outcomes() == ["given_up"]
    real_time.shop.sync()
    real_time.shop.stands_once(order_id)


def test_a_consumer_that_is_told_to_stop_leaves_nothing_held(real_time: RealTime) -> None:
    order_ids = many(real_time, 10)

    async def stop_early() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(Consumer(real_time.runtime).run(stop))
        while not real_time.shop.us.shopify.orders_with_source(order_ids[0]):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        stop.set()
        await running

    asyncio.run(stop_early())
    assert all(row.lease_owner is None for row in real_time.inbox())
    real_time.work()
    assert {len(real_time.shop.us.shopify.orders_with_source(each)) for each in order_ids} == {1}


_CONSUMER = """
import asyncio, sys
from datetime import datetime
from connector.runtime import Runtime
from connector.sandbox.clock import SandboxClock
from connector.services.consumer import Consumer
from connector.settings import Settings

async def run():
    clock = SandboxClock(datetime.fromisoformat(sys.argv[1]))
    await Consumer(Runtime.open(Settings(), clock=clock)).run(asyncio.Event())

asyncio.run(run())
"""


def test_a_killed_process_loses_nothing(real_time: RealTime) -> None:
    """Killed in the middle of creating; another one takes over when the leases have run out."""
    order_ids = many(real_time, 30)
    shopify = real_time.shop.us.shopify
    real_time.shop.us.shopify_faults.latency = 0.05
    settings = real_time.runtime.settings
    environment = {
        **os.environ,
        "CONNECTOR_DATABASE_URL": settings.database_url,
        "CONNECTOR_SECRET_KEY": settings.secret_key or "",
    }
    command = [sys.executable, "-c", _CONSUMER, real_time.runtime.clock.now().isoformat()]
    process = subprocess.Popen(command, env=environment)
    try:
        _wait_for(process, lambda: len(shopify.orders) > 2)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    real_time.shop.us.shopify_faults.latency = 0.0
    for _ in range(4):
        real_time.shop.wait(minutes=3)
        real_time.work()
    real_time.shop.sync()
    assert {len(shopify.orders_with_source(each)) for each in order_ids} == {1}
    assert {real_time.shop.order(each)["state"] for each in order_ids} == {"created"}


def _wait_for(process: "subprocess.Popen[bytes]", happened: Any) -> None:
    ends = time.monotonic() + 60
    while not happened():
        assert process.poll() is None
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_burst_is_brought_over_to_the_last_one(real_time: RealTime) -> None:
    now, database = real_time.runtime.clock.now(), real_time.runtime.database
    store_id = real_time.shop.store().id
    order_ids = [real_time.shop.us.place(created_at=now) for _ in range(300)]
    arrivals = [
        Arrival("tiktok", f"n{order_id}", "1", f'{{"data":{{"order_id":"{order_id}"}}}}'.encode(), store_id)
        for order_id in order_ids
    ]
    database.call(inbox.receive, arrivals=arrivals, now=now)
    real_time.work(consumers=2)
    assert set(real_time.outcomes()) == {"handled"}
    assert {len(real_time.shop.us.shopify.orders_with_source(each)) for each in order_ids} == {1}
    assert database.read(inbox.depth).open == 0


def test_messages_wait_their_turn(real_time: RealTime) -> None:
    (order_id,) = many(real_time, 1)
    now = real_time.runtime.clock.now()
    (message_id,) = claim(real_time, "a")
    later = Settled(message_id, None, run_after=now + timedelta(seconds=9), error="later")
    settle(real_time, "a", later)
    assert claim(real_time, "b") == []
    assert real_time.runtime.database.read(messages.due_stores, now=now) == set()
    real_time.shop.wait(seconds=9)
    assert claim(real_time, "b") == [message_id]
    assert order_id

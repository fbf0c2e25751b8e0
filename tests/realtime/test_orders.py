"""From TikTok's notification to the order on Shopify, with nothing of the notification believed."""

import json
from typing import Any

import pytest
from sqlalchemy import delete

from connector.ledger import credentials, stores
from connector.ledger.tables import ATTEMPTS, DOCUMENTS, EVENTS, LINES, ORDERS
from connector.sandbox.faults import Fault, FaultKind
from connector.services.consumer.retries import MOST_TRIES
from tests.realtime.conftest import RealTime, only_sqlite


def placed(real_time: RealTime, *skus: str, **words: Any) -> str:
    """An order placed just now."""
    return real_time.shop.us.place(*skus, created_at=real_time.runtime.clock.now(), **words)


def test_an_order_is_on_shopify_as_soon_as_tiktok_tells_of_it(real_time: RealTime) -> None:
    real_time.register()
    order_id = placed(real_time, status="UNPAID")
    real_time.shop.us.tiktok.move_order(order_id, "AWAITING_SHIPMENT")
    assert real_time.deliver() == 1
    real_time.work()
    assert real_time.outcomes() == ["handled"]
    assert ("first_seen", "webhook") in real_time.events(order_id)
    real_time.shop.stands_once(order_id)


def test_an_order_that_was_just_placed_need_not_be_looked_up(real_time: RealTime) -> None:
    real_time.shop.wait(seconds=5)
    order_id = placed(real_time)
    faults = real_time.shop.us.shopify_faults
    before = faults.counts()
    real_time.status_changed(order_id)
    real_time.work()
    asked = {name: n - before.get(name, 0) for name, n in faults.counts().items() if n != before.get(name, 0)}
    assert asked == {"orderCreate": 1}


def test_after_a_silence_an_order_is_looked_up_first(real_time: RealTime) -> None:
    """Another copy of the ledger may have made it: this one was not in use for longer than 90 seconds."""
    order_id = placed(real_time)
    real_time.shop.sync()
    there = real_time.shop.on_shopify(order_id)
    for table in (ATTEMPTS, EVENTS, LINES, DOCUMENTS, ORDERS):
        real_time.runtime.database.call(lambda session, table=table: session.execute(delete(table)))
    real_time.shop.wait(minutes=3)
    real_time.status_changed(order_id)
    real_time.work()
    assert real_time.shop.on_shopify(order_id) is there
    assert real_time.shop.order(order_id)["state"] == "created"


@only_sqlite
def test_doubled_and_replayed_notifications_have_one_effect(real_time: RealTime) -> None:
    order_id = placed(real_time)
    for number in ("1", "1", "2", "3"):
        real_time.status_changed(order_id, number=number)
    real_time.work(consumers=2)
    assert real_time.outcomes() == ["handled"] * 3
    history = real_time.events(order_id)
    real_time.shop.wait(days=1)
    real_time.status_changed(order_id, number="1")
    real_time.status_changed(order_id, number="4")
    real_time.work()
    assert real_time.events(order_id) == history
    real_time.shop.stands_once(order_id)


@only_sqlite
def test_notifications_out_of_order_never_turn_an_order_back(real_time: RealTime) -> None:
    real_time.register()
    order_id = placed(real_time)
    real_time.status_changed(order_id)
    for status in ("AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED"):
        real_time.shop.wait(hours=1)
        real_time.shop.us.tiktok.move_order(order_id, status)
    real_time.shop.platforms.tiktok.outbox.waiting.reverse()
    assert real_time.deliver() == 3
    real_time.work()
    assert set(real_time.outcomes()) == {"handled"}
    assert real_time.shop.order(order_id)["status"] == "delivered"


@only_sqlite
def test_a_lost_notification_loses_no_order(real_time: RealTime) -> None:
    order_id = placed(real_time)
    real_time.shop.platforms.tiktok.outbox.waiting.clear()
    real_time.work()
    assert real_time.shop.sync().created == 1
    real_time.shop.stands_once(order_id)


@only_sqlite
def test_a_notification_is_a_hint_and_nothing_else(real_time: RealTime) -> None:
    """What it says of the order is not what TikTok says when asked."""
    order_id = placed(real_time)
    real_time.status_changed(order_id, "CANCEL")
    real_time.work()
    assert real_time.shop.order(order_id)["status"] == "awaiting_shipment"


def test_a_cancellation_reaches_shopify(real_time: RealTime) -> None:
    real_time.register()
    order_id = placed(real_time)
    real_time.status_changed(order_id)
    real_time.work()
    real_time.shop.wait(minutes=1)
    real_time.shop.us.tiktok.move_order(order_id, "CANCELLED")
    assert real_time.deliver() == 1
    real_time.work()
    assert real_time.shop.on_shopify(order_id).cancelled_at is not None
    assert ("cancelled_on_shopify", "webhook") in real_time.events(order_id)
    # Shopify tells of it, which is no news.
    before = real_time.events(order_id)
    real_time.deliver()
    real_time.work()
    assert real_time.events(order_id) == before


@only_sqlite
def test_returns_and_cancellation_requests_are_on_record_at_once(real_time: RealTime) -> None:
    real_time.register()
    order_id = placed(real_time)
    real_time.status_changed(order_id)
    real_time.shop.us.tiktok.open_cancellation(order_id)
    real_time.shop.us.tiktok.open_return(order_id)
    real_time.shop.us.tiktok.change_address(order_id, {"address_line1": "2 Other Street"})
    assert real_time.deliver() == 3
    real_time.work()
    assert real_time.outcomes() == ["handled"] * 4
    detail = real_time.shop.order(order_id)
    assert detail["state"] == "created"


@only_sqlite
def test_every_order_of_a_package_is_read_again(real_time: RealTime) -> None:
    first, second = placed(real_time), placed(real_time)
    packages = [{"package_id": "1", "order_id_list": [first]}, {"order_id_list": [int(second), None]}, 7]
    assert real_time.notify(4, {"package_list": packages}, number="1").status_code == 200
    real_time.work()
    assert [real_time.shop.order(each)["state"] for each in (first, second)] == ["created", "created"]


@only_sqlite
def test_a_lagging_read_is_tried_again_until_it_has_caught_up(real_time: RealTime) -> None:
    order_id = placed(real_time)
    real_time.status_changed(order_id)
    real_time.work()
    real_time.shop.wait(minutes=5)
    moment = int(real_time.runtime.clock.now().timestamp())
    data = {"order_id": order_id, "order_status": "IN_TRANSIT", "update_time": moment}
    assert real_time.notify(1, data, number="lag").status_code == 200
    real_time.work()
    assert real_time.outcomes() == ["handled", None]
    assert real_time.shop.order(order_id)["status"] == "awaiting_shipment"
    real_time.shop.us.tiktok.move_order(order_id, "IN_TRANSIT", at=real_time.runtime.clock.now())
    real_time.shop.wait(seconds=2)
    real_time.work()
    assert real_time.outcomes() == ["handled", "handled"]
    assert real_time.shop.order(order_id)["status"] == "in_transit"


@only_sqlite
def test_an_order_tiktok_never_shows_is_given_up(real_time: RealTime) -> None:
    real_time.status_changed("576461413038785752")
    for _ in range(MOST_TRIES + 1):
        real_time.work()
        real_time.shop.wait(minutes=10)
    (row,) = real_time.inbox()
    assert (row.outcome, row.attempts) == ("given_up", MOST_TRIES)
    assert "576461413038785752" in row.last_error
    assert "the scheduled sync" in row.last_error


@only_sqlite
def test_a_platform_that_is_down_is_waited_for(real_time: RealTime) -> None:
    order_id = placed(real_time)
    real_time.shop.platforms.tiktok_faults.add("order.detail", Fault(FaultKind.INTERNAL_ERROR))
    for _ in range(3):
        real_time.status_changed(order_id)
        real_time.work()
        real_time.shop.wait(minutes=20)
    assert set(real_time.outcomes()) == {None}
    assert {row.attempts for row in real_time.inbox()} == {0}
    assert "TikTok" in (real_time.shop.store().last_error or "")
    real_time.shop.platforms.tiktok_faults.clear()
    real_time.work()
    assert set(real_time.outcomes()) == {"handled"}
    real_time.shop.stands_once(order_id)


@only_sqlite
def test_one_stores_trouble_is_its_own(real_time: RealTime) -> None:
    real_time.shop.connect("uk")
    real_time.shop.sync()
    real_time.shop.wait(seconds=5)
    real_time.shop.uk.shopify_faults.add(".*", Fault(FaultKind.INTERNAL_ERROR))
    here = placed(real_time)
    there = real_time.shop.uk.place(created_at=real_time.runtime.clock.now())
    real_time.status_changed(here)
    assert real_time.notify(1, {"order_id": there}, number="uk", name="uk").status_code == 200
    real_time.work()
    assert real_time.shop.order(here)["state"] == "created"
    waiting = real_time.shop.order(there)
    assert waiting["state"] == "waiting"
    # The order is in the ledger and goes on from there: the message is not needed any more.
    assert real_time.outcomes() == ["handled", "handled"]


@only_sqlite
def test_a_paused_store_waits_and_loses_nothing(real_time: RealTime) -> None:
    real_time.runtime.database.call(stores.pause_store, name="us")
    order_id = placed(real_time)
    real_time.status_changed(order_id)
    real_time.work_for_a_moment()
    assert real_time.outcomes() == [None]
    assert real_time.inbox()[0].attempts == 0
    real_time.runtime.database.call(stores.resume_store, name="us")
    real_time.work()
    assert real_time.outcomes() == ["handled"]
    real_time.shop.stands_once(order_id)


def test_a_taken_back_authorisation_is_marked_when_tiktok_says_so(real_time: RealTime) -> None:
    real_time.register()
    real_time.shop.us.tiktok.deauthorize(real_time.shop.us.grant)
    assert real_time.deliver() == 1
    real_time.work()
    assert real_time.outcomes() == ["handled"]
    assert real_time.revoked("tiktok")
    assert "connect" in (real_time.shop.store().last_error or "")


@only_sqlite
def test_a_late_or_forged_looking_one_breaks_no_good_store(real_time: RealTime) -> None:
    message = f"Shop_id {real_time.shop.us.shop.id} is deauthorized from your APP by merchant."
    assert real_time.notify(6, {"message": message}, number="1").status_code == 200
    real_time.work()
    assert real_time.outcomes() == ["ignored"]
    assert not real_time.revoked("tiktok")
    assert real_time.shop.store().last_error is None


@only_sqlite
@pytest.mark.parametrize("ends", ["1797000000", 1797000000])
def test_an_authorisation_that_ends_soon_is_noted(real_time: RealTime, ends: object) -> None:
    assert real_time.notify(7, {"message": "m", "expiration_time": ends}, number="1").status_code == 200
    assert real_time.notify(7, {"expiration_time": "soon"}, number="2").status_code == 200
    real_time.work()
    assert real_time.outcomes() == ["handled", "ignored"]
    held = real_time.runtime.database.read(
        credentials.load,
        box=real_time.runtime.secrets,
        store_id=real_time.shop.store().id,
        platform="tiktok",
    )
    assert held.authorization_ends_at is not None
    assert held.authorization_ends_at.timestamp() == 1797000000


@only_sqlite
def test_bodies_are_not_kept_longer_than_needed(real_time: RealTime) -> None:
    real_time.status_changed(placed(real_time))
    assert json.loads(real_time.inbox()[0].body)["type"] == 1
    real_time.work()
    assert bytes(real_time.inbox()[0].body) == b""
    real_time.shop.wait(days=31)
    real_time.work_for_a_moment()
    assert real_time.inbox() == []


@only_sqlite
def test_nonsense_in_topics_that_are_listened_to_is_set_aside(real_time: RealTime) -> None:
    bodies: list[Any] = [None, [], {}, {"order_id": None}, {"order_id": True}, {"package_list": {}}]
    for kind in (1, 3, 4, 11, 12, 7):
        for number, data in enumerate(bodies):
            assert real_time.notify(kind, data, number=f"{kind}-{number}").status_code == 200
    real_time.work()
    assert set(real_time.outcomes()) == {"ignored"}

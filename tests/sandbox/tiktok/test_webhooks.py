"""Webhooks: what is written, where it goes, and how often it is tried."""

import json
from datetime import timedelta

import pytest

from connector.sandbox.tiktok.signature import webhook_authorization
from tests.platforms import TikTokSandbox
from tests.sandbox.tiktok.caller import call, data, refused

PATH = "/event/202309/webhooks"
URL = "https://hooks.merchant.example/tiktok"


class Receiver:
    """Answers webhooks with the statuses it is given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[tuple[str, bytes, str]] = []

    def __call__(self, address: str, body: bytes, headers: dict[str, str]) -> int:
        self.got.append((address, body, headers["Authorization"]))
        return self.statuses.pop(0) if self.statuses else 200


def test_a_status_change_is_signed_and_spelled_as_webhooks_spell(tiktok: TikTokSandbox) -> None:
    order_id, receiver = tiktok.place(), Receiver()
    tiktok.world.move_order(order_id, "CANCELLED")
    assert tiktok.world.deliver_webhooks(URL, receiver) == 1
    ((_, body, authorization),) = receiver.got
    assert authorization == webhook_authorization(tiktok.world.app_key, tiktok.world.app_secret, body)
    envelope = json.loads(body)
    assert (envelope["type"], envelope["shop_id"]) == (1, tiktok.shop.id)
    assert envelope["data"]["order_status"] == "CANCEL"


def test_they_go_where_the_shop_subscribed(tiktok: TikTokSandbox) -> None:
    data(call(tiktok, "PUT", PATH, body={"event_type": "ORDER_STATUS_CHANGE", "address": URL}))
    assert data(call(tiktok, "GET", PATH))["webhooks"][0]["address"] == URL
    order_id, receiver = tiktok.place(status="DELIVERED"), Receiver()
    tiktok.world.open_return(order_id)
    tiktok.world.move_order(order_id, "COMPLETED")
    assert tiktok.world.deliver_webhooks(post=receiver) == 1
    assert [address for address, _, _ in receiver.got] == [URL]
    data(call(tiktok, "DELETE", PATH, body={"event_type": "ORDER_STATUS_CHANGE"}))
    assert data(call(tiktok, "GET", PATH))["total_count"] == 0


@pytest.mark.parametrize(
    "address", ["", "http://a.example/x", "https://10.0.0.1/x", "https://a.example:8443/x"]
)
def test_only_https_and_a_domain(tiktok: TikTokSandbox, address: str) -> None:
    body = {"event_type": "ORDER_STATUS_CHANGE", "address": address}
    assert refused(call(tiktok, "PUT", PATH, body=body)) == (36009004, 400)


def test_refused_ones_are_tried_five_times_in_all(tiktok: TikTokSandbox) -> None:
    tiktok.world.move_order(tiktok.place(), "CANCELLED")
    receiver = Receiver(*[503] * 9)
    for wait in (0, 120, 1800, 3 * 3600, 12 * 3600, 48 * 3600):
        tiktok.clock.advance(timedelta(seconds=wait - 1 if wait else 0))
        before = len(receiver.got)
        tiktok.world.deliver_webhooks(URL, receiver)
        assert len(receiver.got) == before + (wait == 0)
        tiktok.clock.advance(timedelta(seconds=bool(wait)))
        tiktok.world.deliver_webhooks(URL, receiver)
    assert len(receiver.got) == 5
    assert tiktok.world.outbox.waiting == []


@pytest.mark.parametrize(("again", "tries"), [(False, 1), (True, 2)])
def test_an_unauthorised_answer_may_be_the_end(tiktok: TikTokSandbox, *, again: bool, tries: int) -> None:
    tiktok.world.facts.retries_unauthorized_webhooks = again
    tiktok.world.move_order(tiktok.place(), "CANCELLED")
    receiver = Receiver(401)
    tiktok.world.deliver_webhooks(URL, receiver)
    tiktok.clock.advance(timedelta(hours=1))
    tiktok.world.deliver_webhooks(URL, receiver)
    assert len(receiver.got) == tries


def test_deauthorisation_is_announced(tiktok: TikTokSandbox) -> None:
    tiktok.world.deauthorize(tiktok.grant)
    receiver = Receiver()
    tiktok.world.deliver_webhooks(URL, receiver)
    assert json.loads(receiver.got[0][1])["type"] == 6

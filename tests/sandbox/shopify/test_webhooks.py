"""Webhooks: subscribing, signed deliveries, repeats, and what happens to a subscription nobody answers."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from connector.sandbox.shopify.webhooks import Delivery
from tests.platforms_shopify import ShopifySandbox

SUBSCRIBE = """mutation S($topic: WebhookSubscriptionTopic!, $given: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $given) {
    webhookSubscription { id topic uri format apiVersion { handle } } userErrors { field message }
  }
}"""


class Receiver(ThreadingHTTPServer):
    """A receiver that answers with `status` and keeps what it got."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[dict[str, str], bytes]] = []

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({key.lower(): value for key, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def subscribe(shop: ShopifySandbox, uri: str, topic: str = "ORDERS_CREATE") -> Any:
    return shop.ask(SUBSCRIBE, topic=topic, given={"uri": uri})["webhookSubscriptionCreate"]


def test_a_delivery_is_signed_over_its_bytes(shop: ShopifySandbox, receiver: Receiver) -> None:
    subscribe(shop, receiver.uri)
    made = shop.order_id(sourceIdentifier="1", note="Zażółć")
    assert shop.world.outbox.deliver(shop.http) == 1
    headers, body = receiver.got[0]
    digest = hmac.new(shop.world.client_secret.encode(), body, hashlib.sha256).digest()
    assert headers["x-shopify-hmac-sha256"] == base64.b64encode(digest).decode()
    assert headers["x-shopify-topic"] == "orders/create"
    assert headers["x-shopify-shop-domain"] == shop.world.domain
    assert headers["x-shopify-api-version"] == "2026-10"
    payload = json.loads(body)
    assert (payload["admin_graphql_api_id"], payload["source_identifier"]) == (made, "1")


def test_the_signature_matches_the_recorded_vector(shop: ShopifySandbox) -> None:
    shop.world.app.client_secret = "hush"
    shop.world.outbox.subscriptions.clear()
    subscription = subscribe(shop, "https://receiver.example/hooks")["webhookSubscription"]["id"]
    held = shop.world.outbox.subscriptions[subscription]
    body = '{"note":"Zażółć gęślą jaźń — 東京"}'.encode()
    now = shop.clock.now()
    delivery = Delivery(held, "ORDERS_CREATE", body, "w", "e", now, now)
    signature = shop.world.outbox.headers(delivery)["X-Shopify-Hmac-Sha256"]
    assert signature == "UGJUQvcevG1LQ8B893ONCtIiLfYxj5mwfTT2VIySGe8="


def test_changes_have_topics_of_their_own(shop: ShopifySandbox, receiver: Receiver) -> None:
    for topic in ("ORDERS_CANCELLED", "ORDERS_FULFILLED", "FULFILLMENTS_CREATE", "PRODUCTS_UPDATE"):
        subscribe(shop, receiver.uri, topic)
    cancelled, shipped = shop.order_id(), shop.order_id()
    shop.ask(
        "mutation C($id: ID!) { orderCancel(orderId: $id, reason: OTHER, restock: true) { job { id } } }",
        id=cancelled,
    )
    part = {"fulfillmentOrderId": shop.world.book.get(shipped).fulfillment_orders[0].id}  # type: ignore[union-attr]
    shop.ask(
        "mutation F($p: FulfillmentInput!) { fulfillmentCreate(fulfillment: $p) { userErrors { message } } }",
        p={"lineItemsByFulfillmentOrder": [part]},
    )
    shop.clock.advance(timedelta(seconds=2))
    shop.world.settle()
    shop.world.change_sku(shop.world.variant("TEE"), "TEE-2")
    shop.world.outbox.deliver(shop.http)
    topics = [headers["x-shopify-topic"] for headers, _ in receiver.got]
    assert sorted(topics) == [
        "fulfillments/create",
        "orders/cancelled",
        "orders/fulfilled",
        "products/update",
    ]


def test_a_failed_delivery_comes_again_with_the_same_ids(shop: ShopifySandbox, receiver: Receiver) -> None:
    subscribe(shop, receiver.uri)
    shop.order_id()
    receiver.status = 503
    assert shop.world.outbox.deliver(shop.http) == 0
    assert shop.world.outbox.deliver(shop.http) == 0
    assert len(receiver.got) == 1
    receiver.status = 200
    shop.clock.advance(timedelta(minutes=31))
    assert shop.world.outbox.deliver(shop.http) == 1
    ids = {(headers["x-shopify-webhook-id"], headers["x-shopify-event-id"]) for headers, _ in receiver.got}
    assert len(ids) == 1
    assert shop.world.outbox.pending == []


def test_a_redirect_counts_as_a_failure(shop: ShopifySandbox, receiver: Receiver) -> None:
    subscribe(shop, receiver.uri)
    shop.order_id()
    receiver.status = 301
    assert shop.world.outbox.deliver(shop.http) == 0
    assert len(shop.world.outbox.pending) == 1


def test_after_eight_failures_the_subscription_is_gone(shop: ShopifySandbox, receiver: Receiver) -> None:
    subscribe(shop, receiver.uri)
    shop.order_id()
    receiver.status = 500
    for _ in range(8):
        assert len(shop.world.outbox.subscriptions) == 1
        shop.world.outbox.deliver(shop.http)
        shop.clock.advance(timedelta(minutes=31))
    assert shop.world.outbox.subscriptions == {}
    assert shop.world.outbox.pending == []


def test_the_same_subscription_twice_is_refused(shop: ShopifySandbox) -> None:
    assert subscribe(shop, "https://receiver.example/hooks")["userErrors"] == []
    assert subscribe(shop, "https://receiver.example/hooks")["userErrors"][0]["message"].endswith("taken")
    assert subscribe(shop, "https://receiver.example/hooks", "ORDERS_PAID")["userErrors"] == []
    assert (
        subscribe(shop, "http://receiver.example/hooks")["userErrors"][0]["message"] == "Address is invalid"
    )


def test_subscriptions_are_listed_and_deleted(shop: ShopifySandbox) -> None:
    made = subscribe(shop, "https://receiver.example/hooks")["webhookSubscription"]["id"]
    query = "{ webhookSubscriptions(first: 5, topics: [ORDERS_CREATE]) { nodes { id topic uri } } }"
    assert [node["id"] for node in shop.ask(query)["webhookSubscriptions"]["nodes"]] == [made]
    delete = """mutation D($id: ID!) {
      webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } }
    }"""
    assert shop.ask(delete, id=made)["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"] == made
    assert shop.ask(delete, id=made)["webhookSubscriptionDelete"]["userErrors"]
    assert shop.ask(query)["webhookSubscriptions"]["nodes"] == []

"""Webhook subscriptions and signed deliveries.

Deliveries wait in `Outbox.pending` until `deliver` sends what is due: no test and no demo is surprised by
traffic it did not ask for. A failed one is repeated 8 times within 4 hours of the sandbox's clock; after 8
failures in a row the subscription is deleted, as Shopify deletes those made through the API.
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx

from connector.sandbox.shopify.goods import Product
from connector.sandbox.shopify.records import Order, legacy_id
from connector.sandbox.shopify.wire import instant

if TYPE_CHECKING:
    from connector.sandbox.shopify.world import ShopifyWorld

RETRIES = 8
RETRY_EVERY = timedelta(minutes=30)
TIMEOUT_SECONDS = 5.0


@dataclass(slots=True)
class Subscription:
    """A subscription of the app; `failures` counts failed deliveries in a row."""

    id: str
    topic: str
    uri: str
    format: str
    filter: str | None
    include_fields: list[str]
    name: str | None
    api_version: str
    created_at: datetime
    updated_at: datetime
    failures: int = 0


@dataclass(slots=True)
class Delivery:
    """One webhook on its way; `webhook_id` stays the same on every try, `event_id` over all subscriptions."""

    subscription: Subscription
    topic: str
    body: bytes
    webhook_id: str
    event_id: str
    triggered_at: datetime
    due: datetime
    tries: int = 0


@dataclass(slots=True)
class Outbox:
    """The subscriptions of a shop and what is still to be delivered."""

    world: "ShopifyWorld"
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    pending: list[Delivery] = field(default_factory=list)

    def order_event(self, topic: str, order: Order) -> None:
        """Queue an order's webhook for everyone who subscribed to the topic."""
        if self.subscriptions:
            self._queue(topic, lambda: _order_payload(order))

    def product_event(self, topic: str, product: Product) -> None:
        """Queue a product's webhook for everyone who subscribed to the topic."""
        if self.subscriptions:
            self._queue(topic, lambda: _product_payload(product))

    def deleted_event(self, topic: str, gid: str) -> None:
        """Queue the webhook of something that is gone: its number is all that is left of it."""
        if self.subscriptions:
            self._queue(topic, lambda: {"id": int(legacy_id(gid))})

    def app_event(self, topic: str) -> None:
        """Queue a webhook about the app itself."""
        if self.subscriptions:
            self._queue(topic, lambda: {"id": 1, "myshopify_domain": self.world.domain})

    def headers(self, delivery: Delivery) -> dict[str, str]:
        """The headers of a delivery, signed with the app's client secret."""
        digest = hmac.new(self.world.client_secret.encode(), delivery.body, hashlib.sha256).digest()
        return {
            "Content-Type": "application/json",
            "X-Shopify-Topic": delivery.topic.lower().replace("_", "/", 1),
            "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
            "X-Shopify-Shop-Domain": self.world.domain,
            "X-Shopify-API-Version": delivery.subscription.api_version,
            "X-Shopify-Webhook-Id": delivery.webhook_id,
            "X-Shopify-Event-Id": delivery.event_id,
            "X-Shopify-Triggered-At": instant(delivery.triggered_at),
        }

    def deliver(self, client: httpx.Client) -> int:
        """Send what is due; returns how many deliveries were accepted (2xx, no redirect)."""
        now = self.world.clock.now()
        with self.world.lock:
            due = [delivery for delivery in self.pending if delivery.due <= now]
            self.pending[:] = [delivery for delivery in self.pending if delivery.due > now]
        return sum(self._send(client, delivery) for delivery in due)

    def _send(self, client: httpx.Client, delivery: Delivery) -> bool:
        delivery.tries += 1
        try:
            answer = client.post(
                delivery.subscription.uri,
                content=delivery.body,
                headers=self.headers(delivery),
                timeout=TIMEOUT_SECONDS,
                follow_redirects=False,
            )
            accepted = answer.is_success
        except httpx.HTTPError:
            accepted = False
        with self.world.lock:
            self._settle(delivery, accepted=accepted)
        return accepted

    def _settle(self, delivery: Delivery, *, accepted: bool) -> None:
        subscription = delivery.subscription
        if accepted:
            subscription.failures = 0
            return
        subscription.failures += 1
        if subscription.failures >= RETRIES:
            self.subscriptions.pop(subscription.id, None)
        elif delivery.tries <= RETRIES:
            delivery.due = self.world.clock.now() + RETRY_EVERY
            self.pending.append(delivery)

    def _queue(self, topic: str, payload: Callable[[], dict[str, Any]]) -> None:
        listeners = [known for known in self.subscriptions.values() if known.topic == topic]
        if not listeners:
            return
        now = self.world.clock.now()
        event_id, document = str(uuid.uuid4()), payload()
        for listener in listeners:
            body = _encoded(document, listener.include_fields)
            self.pending.append(Delivery(listener, topic, body, str(uuid.uuid4()), event_id, now, now))


def _encoded(document: dict[str, Any], fields: list[str]) -> bytes:
    """The body of a delivery, of which a subscription may have asked for some fields only."""
    wanted = {name: value for name, value in document.items() if not fields or name in fields}
    return json.dumps(wanted, ensure_ascii=False, separators=(",", ":")).encode()


def _order_payload(order: Order) -> dict[str, Any]:
    return {
        "id": int(legacy_id(order.id)),
        "admin_graphql_api_id": order.id,
        "name": order.name,
        "source_identifier": order.source_identifier,
        "source_name": order.source_name,
        "created_at": instant(order.created_at),
        "updated_at": instant(order.updated_at),
        "cancelled_at": None if order.cancelled_at is None else instant(order.cancelled_at),
        "fulfillments": [
            {
                "id": int(legacy_id(parcel.id)),
                "status": parcel.status.lower(),
                "tracking_company": next((info["company"] for info in parcel.tracking_info), None),
                "tracking_numbers": [info["number"] for info in parcel.tracking_info],
            }
            for parcel in order.fulfillments
        ],
    }


def _product_payload(product: Product) -> dict[str, Any]:
    return {
        "id": int(legacy_id(product.id)),
        "admin_graphql_api_id": product.id,
        "title": product.title,
        "status": product.status.lower(),
        "updated_at": instant(product.updated_at),
        "variants": [
            {
                "id": int(legacy_id(variant.id)),
                "admin_graphql_api_id": variant.id,
                "sku": variant.sku,
                "price": f"{variant.price:.2f}",
            }
            for variant in product.variants
        ],
    }

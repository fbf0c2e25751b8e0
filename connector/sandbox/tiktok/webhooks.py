"""TikTok's webhooks: written when something happens, signed, delivered, and retried when refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from connector.sandbox.tiktok.facts import OpenFacts
from connector.sandbox.tiktok.signature import webhook_authorization

ORDER_STATUS_CHANGE = 1
RECIPIENT_ADDRESS_UPDATE = 3
SELLER_DEAUTHORIZATION = 6
CANCELLATION_STATUS_CHANGE = 11
RETURN_STATUS_CHANGE = 12
EVENT_NAMES = {
    1: "ORDER_STATUS_CHANGE",
    3: "RECIPIENT_ADDRESS_UPDATE",
    4: "PACKAGE_UPDATE",
    6: "SELLER_DEAUTHORIZATION",
    7: "UPCOMING_AUTHORIZATION_EXPIRATION",
    11: "CANCELLATION_STATUS_CHANGE",
    12: "RETURN_STATUS_CHANGE",
}
RETRY_AFTER = (120, 1800, 3 * 3600, 12 * 3600)
"""Seconds from each failure to the next try; after the fifth failure the webhook is dropped."""

Post = Callable[[str, bytes, dict[str, str]], int]
"""Sends a body with headers to an address and returns the HTTP status, 0 when nobody answered."""


@dataclass(slots=True)
class Webhook:
    """One notification on its way."""

    shop_id: str
    kind: int
    body: bytes
    authorization: str
    due_at: int
    tries: int = 0
    statuses: list[int] = field(default_factory=list)
    """The HTTP status of each try, 0 for none."""

    @property
    def event(self) -> str:
        """The name under which a shop subscribes to it."""
        return EVENT_NAMES.get(self.kind, str(self.kind))


@dataclass(slots=True)
class Outbox:
    """Every webhook ever written, and those still to be delivered; at least once and in no order."""

    app_key: str
    app_secret: str
    facts: OpenFacts
    written: list[Webhook] = field(default_factory=list)
    waiting: list[Webhook] = field(default_factory=list)

    def write(self, shop_id: str, kind: int, data: dict[str, Any], now: int) -> Webhook:
        """Write a notification about something that just happened."""
        number = str(7327112393057000000 + len(self.written))
        envelope = {
            "type": kind,
            "tts_notification_id": number,
            "shop_id": shop_id,
            "timestamp": now,
            "data": data,
        }
        body = orjson.dumps(envelope)
        signed = webhook_authorization(self.app_key, self.app_secret, body)
        webhook = Webhook(shop_id, kind, body, signed, now)
        self.written.append(webhook)
        self.waiting.append(webhook)
        return webhook

    def deliver(self, address_of: Callable[[Webhook], str | None], now: int, post: Post | None = None) -> int:
        """Deliver what is due by `now`; returns how many were accepted.

        A webhook without an address is dropped; one that is refused waits for its next try.
        """
        due = [webhook for webhook in self.waiting if webhook.due_at <= now]
        accepted = 0
        for webhook in due:
            address = address_of(webhook)
            self.waiting.remove(webhook)
            if address is not None:
                accepted += self._try(webhook, address, now, post or post_over_http)
        return accepted

    def _try(self, webhook: Webhook, address: str, now: int, post: Post) -> bool:
        headers = {"Authorization": webhook.authorization, "Content-Type": "application/json"}
        status = post(address, webhook.body, headers)
        webhook.statuses.append(status)
        if status == 200:
            return True
        refused = status == 401 and not self.facts.retries_unauthorized_webhooks
        if not refused and webhook.tries < len(RETRY_AFTER):
            webhook.due_at = now + RETRY_AFTER[webhook.tries]
            webhook.tries += 1
            self.waiting.append(webhook)
        return False


def post_over_http(address: str, body: bytes, headers: dict[str, str]) -> int:
    """Send a webhook as TikTok does: an answer that takes longer than 3 seconds is none."""
    try:
        return httpx.post(address, content=body, headers=headers, timeout=3.0).status_code
    except httpx.HTTPError:
        return 0

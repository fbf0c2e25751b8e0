"""What can be read of a webhook before it is believed: whose it is, of which kind, and which one it is.

Anything may stand in it, so everything is read with suspicion and cut to what the inbox has room for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from connector.services.webhooks import topics
from models.text import storable

_ID_SIZE, _TOPIC_SIZE = 100, 64


@dataclass(frozen=True, slots=True)
class TikTokEnvelope:
    """TikTok's outer fields (reference 8.1); empty or None where they are missing or of another type."""

    kind: int | None
    shop_id: str
    notification_id: str


@dataclass(frozen=True, slots=True)
class ShopifyEnvelope:
    """Shopify's headers (reference 7); empty where they are missing."""

    domain: str
    topic: str
    signature: str
    webhook_id: str
    event_id: str | None


def tiktok_envelope(raw: bytes) -> TikTokEnvelope:
    """The envelope of a notification; an empty one when the body is no JSON object."""
    document = document_of(raw)
    kind = document.get("type")
    return TikTokEnvelope(
        kind=kind if type(kind) is int else None,
        shop_id=_word(document.get("shop_id"), _TOPIC_SIZE),
        notification_id=_word(document.get("tts_notification_id"), _ID_SIZE),
    )


def shopify_envelope(headers: Mapping[str, str]) -> ShopifyEnvelope:
    """The envelope of a webhook, from headers with names in lower case."""
    return ShopifyEnvelope(
        domain=_word(headers.get("x-shopify-shop-domain"), 255),
        topic=_word(headers.get("x-shopify-topic"), _TOPIC_SIZE).lower(),
        signature=headers.get("x-shopify-hmac-sha256", "").strip(),
        webhook_id=_word(headers.get("x-shopify-webhook-id"), _ID_SIZE),
        event_id=_word(headers.get("x-shopify-event-id"), _ID_SIZE) or None,
    )


def asks_nothing(topic: str, raw: bytes) -> bool:
    """Whether a webhook of Shopify surely asks for nothing, so that it need not even be stored.

    Every order made or fulfilled by the connector comes back as an update; only a cancellation matters.
    """
    document = document_of(raw)
    return topic == topics.ORDERS_UPDATED and "cancelled_at" in document and document["cancelled_at"] is None


def document_of(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body; an empty one for anything else."""
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}


def _word(value: object, size: int) -> str:
    """Text, or the digits of a number: ids come as both."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return storable(value.strip(), size) if isinstance(value, str) else ""

"""Taking a webhook in: proven genuine over its raw bytes, stored in one commit, and only then acknowledged.

Nothing of a webhook is used before its signature has been checked, but the name of the shop, which says whose
secret to check it with.
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping, Sequence
from enum import IntEnum

from connector.ledger import inbox, webhook_stores
from connector.ledger.inbox import Arrival
from connector.ledger.webhook_stores import Sealed
from connector.runtime import Runtime
from connector.services.unforeseen import as_spoken
from connector.services.webhooks import envelopes, topics
from connector.services.webhooks.secrets import opened, signing_secrets
from connector.shopify.webhooks import verify_webhook as is_from_shopify
from connector.tiktok.signing import verify_webhook as is_from_tiktok

_log = logging.getLogger(__name__)

LARGEST_BODY = 1_000_000
"""Bytes; a notification of either platform is far smaller."""
_PATIENCE = 2.5
"""Seconds in which it is stored or refused: TikTok waits for three, Shopify for five. One that is stored
later all the same is known by its id when the platform sends it again."""


class Reply(IntEnum):
    """The HTTP status of the answer; its body is always empty."""

    STORED = 200
    NOT_GENUINE = 401
    NOT_STORED = 503


async def receive_tiktok(runtime: Runtime, raw: bytes, authorization: str | None) -> Reply:
    """Take in a notification of TikTok Shop; `authorization` is the header that signs it.

    One that names no shop (or is no JSON at all) is genuine when any connected app has signed it.
    """
    envelope = envelopes.tiktok_envelope(raw)
    if envelope.shop_id:
        reading = runtime.database.run_read(webhook_stores.of_shop, shop_id=envelope.shop_id)
    else:
        reading = runtime.database.run_read(webhook_stores.of_tiktok)
    try:
        known = await asyncio.wait_for(reading, _PATIENCE)
        genuine = [each for each in known if _is_tiktoks(runtime, each, raw, authorization)]
        if not genuine:
            return Reply.NOT_GENUINE
        return await _store(runtime, [_tiktok_arrival(envelope, raw, genuine)])
    except Exception as error:  # noqa: BLE001  whatever it is, the platform is to send it again
        return _not_stored(error)


async def receive_shopify(runtime: Runtime, raw: bytes, headers: Mapping[str, str]) -> Reply:
    """Take in a webhook of Shopify; the names of `headers` are in lower case.

    Stores that share a Shopify domain get one message each.
    """
    envelope = envelopes.shopify_envelope(headers)
    reading = runtime.database.run_read(webhook_stores.of_domain, domain=envelope.domain)
    try:
        known = await asyncio.wait_for(reading, _PATIENCE)
        genuine = [each for each in known if _is_shopifys(runtime, each, raw, envelope.signature)]
        if not genuine:
            return Reply.NOT_GENUINE
        if envelopes.asks_nothing(envelope.topic, raw):
            return Reply.STORED
        return await _store(runtime, _shopify_arrivals(envelope, raw, genuine))
    except Exception as error:  # noqa: BLE001  whatever it is, the platform is to send it again
        return _not_stored(error)


def _is_tiktoks(runtime: Runtime, store: Sealed, raw: bytes, authorization: str | None) -> bool:
    secrets = opened(runtime.secrets, store.ciphertext)
    signers = signing_secrets("tiktok", secrets, runtime.clock.now())
    return is_from_tiktok(raw, authorization, str(secrets.get("app_key")), signers)


def _is_shopifys(runtime: Runtime, store: Sealed, raw: bytes, signature: str) -> bool:
    secrets = opened(runtime.secrets, store.ciphertext)
    return is_from_shopify(raw, signature, signing_secrets("shopify", secrets, runtime.clock.now()))


def _tiktok_arrival(envelope: envelopes.TikTokEnvelope, raw: bytes, genuine: Sequence[Sealed]) -> Arrival:
    known = envelope.kind in topics.TIKTOK_TOPICS and bool(envelope.shop_id)
    return Arrival(
        platform="tiktok",
        notification_id=envelope.notification_id or _hash(raw),
        topic="unreadable" if envelope.kind is None else str(envelope.kind),
        body=raw,
        store_id=genuine[0].store_id if envelope.shop_id else None,
        ignored=not known,
    )


def _shopify_arrivals(
    envelope: envelopes.ShopifyEnvelope, raw: bytes, genuine: Sequence[Sealed]
) -> list[Arrival]:
    notification_id = envelope.webhook_id or _hash(raw)
    return [
        Arrival(
            platform="shopify",
            notification_id=notification_id if number == 0 else f"{notification_id}:{store.store_id}",
            topic=envelope.topic or "unreadable",
            body=raw,
            store_id=store.store_id,
            event_id=envelope.event_id,
            ignored=envelope.topic not in topics.SHOPIFY_TOPICS,
        )
        for number, store in enumerate(genuine)
    ]


def _hash(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


async def _store(runtime: Runtime, arrivals: Sequence[Arrival]) -> Reply:
    storing = runtime.database.run(inbox.receive, arrivals=arrivals, now=runtime.clock.now())
    await asyncio.wait_for(storing, _PATIENCE)
    return Reply.STORED


def _not_stored(error: Exception) -> Reply:
    """The platform sends it again; what is wrong is for the operator to read."""
    slow = isinstance(error, TimeoutError)
    _log.error("a webhook was not stored: %s", "the database takes too long" if slow else as_spoken(error))
    return Reply.NOT_STORED

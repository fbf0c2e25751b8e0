"""TikTok's own text of an order as the ledger keeps it: exact, whatever was in it."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson

_IN_DETAIL_ONLY = frozenset(
    {
        "payment_method_code",
        "payment_card_type",
        "payment_auth_code",
        "channel_entity_national_registry_id",
    }
)
"""Fields of the order detail that the order search lacks (TikTok reference 4)."""


def encode(value: object) -> str:
    """JSON text of anything a JSON parser gave; halves of characters and huge numbers included."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, separators=(",", ":"), default=str)


def decode(body: str) -> dict[str, Any]:
    """The object `encode` was given."""
    try:
        decoded: dict[str, Any] = orjson.loads(body)
    except orjson.JSONDecodeError:
        decoded = json.loads(body)
    return decoded


def digest(raw: Mapping[str, Any]) -> str:
    """32 characters that tell one document of an order from another.

    What only a single read carries is left out: TikTok's list and its detail are the same news.
    """
    told = {name: value for name, value in raw.items() if name not in _IN_DETAIL_ONLY}
    return digest_of_text(encode(told))


def digest_of_text(body: str) -> str:
    """32 characters that tell one text from another."""
    return blake2b(body.encode(), digest_size=16).hexdigest()


def address_of(raw: Mapping[str, Any]) -> str:
    """JSON text of an order's `recipient_address`."""
    return encode(raw.get("recipient_address"))

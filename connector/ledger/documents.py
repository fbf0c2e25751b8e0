"""TikTok's own text of an order as the ledger keeps it: exact, whatever was in it."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson


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


def digest(body: str) -> str:
    """32 characters that tell one text from another."""
    return blake2b(body.encode(), digest_size=16).hexdigest()


def address_of(raw: Mapping[str, Any]) -> str:
    """JSON text of an order's `recipient_address`."""
    return encode(raw.get("recipient_address"))

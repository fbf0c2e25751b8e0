"""The sandbox's own signatures against the published vectors."""

import json
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox.tiktok.signature import expected_sign, webhook_authorization

_FILE = Path(__file__).parents[2] / "tiktok" / "signature_vectors.json"
_VECTORS: dict[str, list[dict[str, Any]]] = json.loads(_FILE.read_text("utf-8"))


@pytest.mark.parametrize("vector", _VECTORS["requests"], ids=lambda vector: str(vector["name"])[:3].strip())
def test_requests(vector: dict[str, Any]) -> None:
    body, kind = vector["body"].encode(), vector["content_type"]
    signed = expected_sign(vector["path"], vector["query"], body, kind, vector["app_secret"])
    assert signed == vector["sign"]


@pytest.mark.parametrize("vector", _VECTORS["webhooks"], ids=lambda vector: str(vector["name"])[:2])
def test_webhooks(vector: dict[str, Any]) -> None:
    raw = vector["raw_body"].encode()
    assert webhook_authorization(vector["app_key"], vector["app_secret"], raw) == vector["authorization"]

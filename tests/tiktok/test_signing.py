"""Signatures, against vectors that TikTok's own page and independent clients agree on."""

import json
from pathlib import Path
from typing import Any

import pytest

from connector.tiktok.signing import sign, verify_webhook, webhook_signature

_VECTORS = json.loads(Path(__file__).with_name("signature_vectors.json").read_text("utf-8"))
_REQUESTS: list[dict[str, Any]] = _VECTORS["requests"]
_WEBHOOKS: list[dict[str, Any]] = _VECTORS["webhooks"]


def test_all_vectors_are_here() -> None:
    assert (len(_REQUESTS), len(_WEBHOOKS)) == (13, 4)


@pytest.mark.parametrize("vector", _REQUESTS, ids=lambda vector: str(vector["name"])[:3].strip())
def test_request_signature(vector: dict[str, Any]) -> None:
    signed = sign(
        path=vector["path"],
        query=vector["query"],
        body=vector["body"].encode(),
        secret=vector["app_secret"],
        content_type=vector["content_type"],
    )
    assert signed == vector["sign"]


@pytest.mark.parametrize("vector", _WEBHOOKS, ids=lambda vector: str(vector["name"])[:2])
def test_webhook_signature(vector: dict[str, Any]) -> None:
    raw = vector["raw_body"].encode()
    assert webhook_signature(raw, vector["app_key"], vector["app_secret"]) == vector["authorization"]
    assert verify_webhook(raw, vector["authorization"], vector["app_key"], [vector["app_secret"]])


def test_webhook_is_accepted_with_any_of_several_secrets() -> None:
    header = webhook_signature(b"{}", "app", "old")
    assert verify_webhook(b"{}", header, "app", ["new", "old"])


@pytest.mark.parametrize("header", [None, "", "Bearer x", "ééé", "0" * 64])
def test_webhook_with_another_signature_is_refused(header: str | None) -> None:
    assert not verify_webhook(b"{}", header, "app", ["secret"])


def test_webhook_body_is_signed_to_the_byte() -> None:
    header = webhook_signature(b'{"a":1}', "app", "secret")
    assert not verify_webhook(b'{"a": 1}', header, "app", ["secret"])


def test_no_secret_accepts_nothing() -> None:
    assert not verify_webhook(b"{}", webhook_signature(b"{}", "app", ""), "app", ["", ""])
    assert not verify_webhook(b"{}", webhook_signature(b"{}", "app", "secret"), "app", [])

"""Signatures of webhooks, against values computed with openssl."""

import pytest

from connector.shopify.webhooks import verify_webhook

VECTORS = [
    (
        rb'{"id":820982911946154508,"admin_graphql_api_id":"gid:\/\/shopify\/Order\/820982911946154508",'
        rb'"name":"#9999"}',
        "ep5Qu8ufbvZfUjzArJ/4Kouga5oVbIvBiCBCRibRsnA=",
    ),
    (
        '{"note":"Zażółć gęślą jaźń — 東京"}'.encode(),
        "UGJUQvcevG1LQ8B893ONCtIiLfYxj5mwfTT2VIySGe8=",
    ),
]
EMPTY_SIGNATURE = "Knm8rWjeSXNIt2H0AOMT7DQ8/YSy8sQi/pEjbuUmGMs="


@pytest.mark.parametrize(("body", "signature"), VECTORS)
def test_a_genuine_one_is_accepted(body: bytes, signature: str) -> None:
    assert verify_webhook(body, signature, ["hush"])


@pytest.mark.parametrize(("body", "signature"), VECTORS)
def test_the_old_secret_goes_on_for_a_while(body: bytes, signature: str) -> None:
    assert verify_webhook(body, signature, ["new", "hush"])


@pytest.mark.parametrize(("body", "signature"), VECTORS)
def test_anything_else_is_refused(body: bytes, signature: str) -> None:
    assert not verify_webhook(body + b" ", signature, ["hush"])
    assert not verify_webhook(body, signature, ["other"])
    assert not verify_webhook(body, signature.lower(), ["hush"])
    assert not verify_webhook(body, "", ["hush"])
    assert not verify_webhook(body, "ż", ["hush"])
    assert not verify_webhook(body, signature, [])
    assert not verify_webhook(body, signature, [""])


def test_an_empty_body_is_never_genuine() -> None:
    assert not verify_webhook(b"", EMPTY_SIGNATURE, ["hush"])

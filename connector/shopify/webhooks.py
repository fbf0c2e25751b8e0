"""Proof that a webhook comes from Shopify."""

import base64
import hashlib
import hmac
from collections.abc import Sequence


def verify_webhook(raw: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """Whether `X-Shopify-Hmac-Sha256` signs exactly these bytes with one of the secrets.

    Two secrets are accepted for the hour after a rotation. An empty body is never genuine.
    """
    if not raw or not signature:
        return False
    given = signature.encode("utf-8", "replace")
    return any(hmac.compare_digest(_signature(raw, secret), given) for secret in secrets if secret)


def _signature(raw: bytes, secret: str) -> bytes:
    return base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest())

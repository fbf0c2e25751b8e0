"""Signatures of TikTok Shop: of requests we send and of webhooks we receive."""

import hmac
from collections.abc import Mapping, Sequence

_UNSIGNED = frozenset({"sign", "access_token", "x-tts-access-token"})


def sign(
    *,
    path: str,
    query: Mapping[str, str],
    body: bytes,
    secret: str,
    content_type: str = "application/json",
) -> str:
    """The `sign` parameter of a request: lowercase hex HMAC-SHA256 keyed by the app secret.

    `path` is the API's path without host or gateway prefix, `query` holds decoded values, `body` the exact
    bytes that leave (ignored for multipart). The algorithm is TikTok Shop's "sign your API request" page.
    """
    parameters = "".join([key + query[key] for key in sorted(query) if key not in _UNSIGNED])
    is_multipart = content_type.partition(";")[0].strip().lower() == "multipart/form-data"
    key = secret.encode()
    message = key + (path + parameters).encode() + (b"" if is_multipart else body) + key
    return hmac.digest(key, message, "sha256").hex()


def webhook_signature(raw: bytes, app_key: str, secret: str) -> str:
    """What TikTok puts into the `Authorization` header of a webhook with exactly this body."""
    return hmac.digest(secret.encode(), app_key.encode() + raw, "sha256").hex()


def verify_webhook(raw: bytes, header: str | None, app_key: str, secrets: Sequence[str]) -> bool:
    """Whether the `Authorization` header signs these raw bytes with one of the secrets, in constant time.

    Several secrets are accepted because an app secret that is being changed is still used for a while.
    The signature proves the sender only: there is no replay protection, so notifications are deduplicated.
    """
    given = (header or "").strip().encode()
    matches = [
        hmac.compare_digest(given, webhook_signature(raw, app_key, secret).encode())
        for secret in secrets
        if secret
    ]
    return any(matches)

"""TikTok Shop's request and webhook signatures, written from the documentation for the sandbox alone."""

import hashlib
import hmac
from collections.abc import Mapping

_UNSIGNED = {"sign", "access_token", "x-tts-access-token"}


def expected_sign(
    path: str, parameters: Mapping[str, str], body: bytes, content_type: str, secret: str
) -> str:
    """The `sign` a request must carry: HMAC-SHA256 over secret, path, sorted query, raw body, secret."""
    named = "".join(name + value for name, value in sorted(parameters.items()) if name not in _UNSIGNED)
    multipart = content_type.partition(";")[0].strip().lower() == "multipart/form-data"
    text = (secret + path + named).encode() + (b"" if multipart else body) + secret.encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def webhook_authorization(app_key: str, secret: str, body: bytes) -> str:
    """The `Authorization` header TikTok sends with a webhook: HMAC-SHA256 over app key and raw body."""
    return hmac.new(secret.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()

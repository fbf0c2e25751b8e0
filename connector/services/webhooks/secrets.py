"""Secrets that webhooks are signed with: of each store, the former one too for a while after a change.

Both platforms go on signing with the old secret for a while after it was changed (Shopify for an hour, TikTok
repeats a notification for sixteen). Accepting it for a day costs nothing: a webhook is only a hint.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from connector.ledger.secrets import SecretBox
from models.times import isoformat

FORMER_FOR = timedelta(hours=24)
"""How long a signature made with the secret before the present one is accepted."""
_FORMER, _FORMER_UNTIL = "former_signing_secret", "former_signing_secret_until"


@lru_cache(maxsize=1024)
def opened(box: SecretBox, ciphertext: bytes) -> Mapping[str, Any]:
    """The secrets in a stored credential; a changed one is another ciphertext, so none is ever stale."""
    return box.open(ciphertext)


def signing_secrets(platform: str, secrets: Mapping[str, Any], now: datetime) -> list[str]:
    """What a genuine webhook of the store may be signed with, the present secret first."""
    present = [_signing_secret(platform, secrets), secrets.get("client_secret")]
    former, until = secrets.get(_FORMER), secrets.get(_FORMER_UNTIL)
    is_known = isinstance(former, str) and isinstance(until, str) and datetime.fromisoformat(until) > now
    return [secret for secret in (*present, former if is_known else None) if secret]


def with_former(
    platform: str, fresh: Mapping[str, Any], stored: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """The fresh secrets of a store with, where the signing secret has changed, the one before it."""
    before, after = _signing_secret(platform, stored), _signing_secret(platform, fresh)
    if platform == "tiktok" and stored.get("app_key") != fresh.get("app_key"):
        # Another app signs with its own key: what the old one sends is nothing to the new one.
        return dict(fresh)
    if before and before != after:
        return {**fresh, _FORMER: before, _FORMER_UNTIL: isoformat(now + FORMER_FOR)}
    kept = {name: stored[name] for name in (_FORMER, _FORMER_UNTIL) if name in stored}
    return {**fresh, **kept}


def _signing_secret(platform: str, secrets: Mapping[str, Any]) -> str | None:
    """TikTok signs with the app's secret, Shopify with the client secret of the app."""
    if platform == "tiktok":
        value = secrets.get("app_secret")
    else:
        value = secrets.get("webhook_secret") or secrets.get("client_secret")
    return value if isinstance(value, str) else None

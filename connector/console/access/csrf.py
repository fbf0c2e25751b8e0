"""Forms are ours: every unsafe request carries a token bound to the browser's session and comes from here."""

import hashlib
import hmac


def token_for(anchor: str) -> str:
    """The token of forms shown to the browser that holds this cookie value; it does not reveal the cookie."""
    return hmac.new(anchor.encode(), b"connector csrf", hashlib.sha256).hexdigest()

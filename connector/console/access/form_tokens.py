"""The token in every form: bound to the browser's session, or to its visit before the login."""

import hashlib
import hmac

from starlette.requests import Request

from connector.console.access import cookies


def token_for(anchor: str) -> str:
    """The token of forms shown to the browser that holds this cookie value; it does not reveal the cookie."""
    return hmac.new(anchor.encode(), b"connector csrf", hashlib.sha256).hexdigest()


def anchor_of(request: Request) -> str | None:
    """The cookie that this browser's forms are bound to; None when it has none yet."""
    return cookies.session_token(request) or cookies.visit_token(request)

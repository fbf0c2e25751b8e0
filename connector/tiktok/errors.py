"""What TikTok Shop's answers mean to the caller: by code first, by HTTP status second."""

import re

from connector.errors import (
    AccessDenied,
    NeedsReauthorization,
    PlatformError,
    RateLimited,
    RequestRefused,
    Unavailable,
)

PLATFORM = "tiktok"
GENERIC_REFUSAL = 36009004
"""The gateway's catch-all code: only its message tells what is wrong."""


class TokenRejected(NeedsReauthorization):
    """The access token is past its time (105002) or no longer good (105001).

    Another process may have renewed it, and then the old one may be dead at once: take the stored one or
    renew it, once; refused again, it is a matter for the merchant.
    """


class ParameterRefused(RequestRefused):
    """A filter, an id or a page token is not accepted; another value may be."""


class OrderRefused(ParameterRefused):
    """An order asked for by id is not this shop's, or its id is none: the other ids of the call are fine."""


_SIGNATURE_REFUSED = "The app_secret or the computer's clock is wrong: the request signature was not accepted"
_APP_REFUSED = "The app_key is not accepted"
_NOT_ACCEPTED = "The access token is not accepted: connect the TikTok shop again"
_BUSY = "TikTok Shop could not answer just now"

_MEANINGS: dict[int, tuple[type[PlatformError], str]] = {
    36009002: (RateLimited, "Too many requests"),
    36009037: (RateLimited, "The hourly limit of this sandbox shop is used up"),
    36009003: (Unavailable, _BUSY),
    36009007: (Unavailable, _BUSY),
    11001027: (Unavailable, _BUSY),
    11001031: (Unavailable, _BUSY),
    10037002: (Unavailable, _BUSY),
    10037003: (Unavailable, _BUSY),
    10037004: (Unavailable, _BUSY),
    36009009: (RequestRefused, "TikTok Shop does not know this path: check tiktok.base_url"),
    36009010: (RequestRefused, "TikTok Shop does not know this method"),
    36009014: (RequestRefused, "This API version is retired"),
    36009022: (RequestRefused, "The content type is not accepted"),
    36009023: (RequestRefused, "The content type is not accepted"),
    36009033: (AccessDenied, "This computer's address is not in the app's IP allow list"),
    36009043: (NeedsReauthorization, "The seller is inactive on TikTok Shop"),
    36009044: (NeedsReauthorization, "The shop is inactive on TikTok Shop"),
    105001: (TokenRejected, _NOT_ACCEPTED),
    105002: (TokenRejected, "The access token has expired"),
    105005: (AccessDenied, "A scope is missing: grant it to the app, then connect the TikTok shop again"),
    106001: (RequestRefused, _SIGNATURE_REFUSED),
    106011: (RequestRefused, "The shop_cipher is not accepted: check tiktok.shop_cipher"),
    106013: (RequestRefused, "The shop_cipher is missing: set tiktok.shop_cipher"),
    101000: (AccessDenied, "The access token does not belong to this shop: check tiktok.shop_cipher"),
    21008111: (OrderRefused, "An order does not belong to this shop"),
    10002014: (OrderRefused, "An order id is not accepted"),
    10002015: (OrderRefused, "An order id is not accepted"),
    10006402: (AccessDenied, "There is no permission for this order"),
    25020005: (AccessDenied, "There is no permission for this order"),
}

ORDER_PERMISSION = frozenset({"10006402", "25020005"})
"""Codes of a missing permission that may concern single orders only (reference, section 9)."""

RETIRED = frozenset({"36009009", "36009014", "404"})
"""Codes of a path or version that is not served (any more)."""

_PASSING = re.compile(r"system (process )?error|internal error|try again|time ?out|too many", re.IGNORECASE)


def meaning(code: int, status: int, message: str) -> tuple[type[PlatformError], str]:
    """The error class and a first sentence for an answer that is not a success."""
    if status == 503:
        return Unavailable, _BUSY
    if code == GENERIC_REFUSAL:
        return _generic(message)
    if code in _MEANINGS:
        return _MEANINGS[code]
    if 21001000 <= code <= 21001009:
        return Unavailable, _BUSY
    return by_status(status, message)


def by_status(status: int, message: str = "") -> tuple[type[PlatformError], str]:
    """The same for a code nobody has documented, or none at all."""
    if status == 429:
        return RateLimited, "Too many requests"
    if status >= 500 or status == 408 or (status < 400 and _PASSING.search(message)):
        return Unavailable, _BUSY
    if status == 401:
        return TokenRejected, _NOT_ACCEPTED
    if status == 403:
        return AccessDenied, "TikTok Shop denied access"
    return ParameterRefused, "TikTok Shop refused the request"


def _generic(message: str) -> tuple[type[PlatformError], str]:
    text = message.lower()
    if "create_time" in text or "update_time" in text or "param body" in text:
        return ParameterRefused, "TikTok Shop refused a filter"
    if "timestamp" in text:
        return RequestRefused, "This computer's clock is wrong: set it by a time server"
    if re.search(r"app[ _]?key", text):
        return RequestRefused, _APP_REFUSED
    if "access-token" in text or "access_token" in text or "access token" in text or "credential" in text:
        return TokenRejected, "The access token has expired" if "expire" in text else _NOT_ACCEPTED
    if re.search(r"\bsign(ature)?\b", text):
        return RequestRefused, _SIGNATURE_REFUSED
    if re.search(r"\b(order_?)?ids?\b", text) and "shop_id" not in text:
        return OrderRefused, "An order id is not accepted"
    return ParameterRefused, "TikTok Shop refused a parameter"

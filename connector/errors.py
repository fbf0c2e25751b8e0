"""Every error the connector raises on purpose, sorted by what the caller does about it.

ConnectorError
├── ConfigurationError      mend the settings, then run again (exit status 2)
├── UsageError              the words of a command are off (exit status 2)
├── LedgerUnavailable       the database cannot be reached or has no room (exit status 2)
├── LeaseLost               somebody else owns the order now: drop it, write nothing
└── PlatformError           what TikTok Shop or Shopify answered
    ├── TemporaryError      nothing was done: try again after `retry_after` seconds
    │   ├── RateLimited     too many requests or too few points
    │   │   └── OrderLimitReached  a development store takes no more orders this minute: go on later
    │   └── Unavailable     not reached, 5xx on a read, or an unreadable answer to a read
    ├── NeedsReauthorization  the merchant must connect again; no retry for this store
    ├── AccessDenied        a scope or permission is missing: grant it
    ├── RequestRefused      the platform understood and said no: give up on this request
    └── OutcomeUnknown      a write may or may not have happened: look it up first

No message carries a token, a signature, an address, a name, a phone number or an e-mail.
"""


class ConnectorError(Exception):
    """Base of all errors raised on purpose; its text is one clear sentence for people."""


class ConfigurationError(ConnectorError):
    """A setting, a store file or a key is missing or wrong; the text names it and the remedy."""


class UsageError(ConnectorError):
    """A command was called with words that do not fit; the text says what fits."""


class LedgerUnavailable(ConnectorError):
    """The database cannot be used now: unreachable, not migrated, read-only or full."""


class LeaseLost(ConnectorError):
    """A write back was refused because another owner holds the order now."""


class PlatformError(ConnectorError):
    """An answer of TikTok Shop or Shopify that is not the one asked for.

    `platform` is `tiktok` or `shopify`, `code` the platform's own code (a number or a word), `request_id`
    what the platform's support asks for.
    """

    def __init__(self, message: str, *, platform: str, code: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.platform = platform
        self.code = code
        self.request_id = request_id


class TemporaryError(PlatformError):
    """Surely nothing was done; worth another try after `retry_after` seconds (None: choose)."""

    def __init__(
        self,
        message: str,
        *,
        platform: str,
        code: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, platform=platform, code=code, request_id=request_id)
        self.retry_after = retry_after


class RateLimited(TemporaryError):
    """Too many requests (TikTok 36009002, HTTP 429) or too few points (Shopify THROTTLED)."""


class OrderLimitReached(RateLimited):
    """A development store takes five orders a minute (Shopify reference 2); the rest of them waits."""


class Unavailable(TemporaryError):
    """The platform was not reached, failed, or answered a read with something unreadable."""


class NeedsReauthorization(PlatformError):
    """The authorisation is gone (revoked, expired for good, seller inactive): connect the store again."""


class AccessDenied(PlatformError):
    """A scope or permission is missing for this call; the text names it where the platform does."""


class RequestRefused(PlatformError):
    """The platform refused the request for what it says; sending it again changes nothing."""


class OutcomeUnknown(PlatformError):
    """A write left and its answer was lost or unreadable; it must be looked up before any other try."""

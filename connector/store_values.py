"""The kinds of values in a store file, each refused with words that never repeat the value."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, BeforeValidator

from models.times import EARLIEST

_LAST_SECOND = 253_402_300_799
_MILLISECONDS_FROM = 100_000_000_000
_TIME_EXAMPLE = "write a time with its zone, such as 2026-11-01T00:00:00Z"


def _web_address(text: str) -> str:
    """An http(s) address without its closing slash; it may carry a path, to which API paths are appended."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
        # Reading the host decodes an international name, which fails here instead of at the first request.
        _ = httpx.URL(address).host
    except (ValueError, httpx.InvalidURL):
        raise ValueError("is not a web address") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError("must be a web address that starts with https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user name or password")
    if parts.query or parts.fragment or any(ch.isspace() or not ch.isprintable() for ch in address):
        raise ValueError("must be a plain address without spaces, ? or #")
    return address.rstrip("/")


def _token(text: str) -> str:
    """Text that fits into an HTTP header: visible ASCII, at least one character."""
    token = text.strip()
    if not token:
        raise ValueError("is empty")
    if not all("!" <= ch <= "~" for ch in token):
        raise ValueError(
            "holds a character that credentials do not have (a space, a line break or not ASCII)"
        )
    return token


def _unix_seconds(value: int) -> int:
    if _MILLISECONDS_FROM <= value <= _LAST_SECOND * 1000:
        raise ValueError("must be Unix seconds; this looks like milliseconds")
    if not 0 < value <= _LAST_SECOND:
        raise ValueError("must be Unix seconds, such as 1790000000")
    return value


def _instant(value: object) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(f"is not a time; {_TIME_EXAMPLE}") from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError(f"has no time zone or is not a time; {_TIME_EXAMPLE}")
    try:
        instant = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None
    if instant < EARLIEST:
        raise ValueError("is before 1970")
    return instant


def _domain(text: str) -> str:
    domain = text.strip().lower()
    if not all(label and label.replace("-", "").isalnum() for label in domain.split(".")):
        raise ValueError("must be a bare domain such as example.myshopify.com")
    return domain


def host_of(address: str) -> str:
    """The host of a web address, for a default; any text when it has none: the address is refused then."""
    try:
        return urlsplit(address.strip()).hostname or "unknown"
    except ValueError:
        return "unknown"


WebAddress = Annotated[str, AfterValidator(_web_address)]
Token = Annotated[str, AfterValidator(_token)]
UnixSeconds = Annotated[int, AfterValidator(_unix_seconds)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Domain = Annotated[str, AfterValidator(_domain)]

"""The kinds of values in a store file, each refused with words that never repeat the value."""

from datetime import UTC, datetime
from string import Formatter
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field

_LAST_SECOND = 253_402_300_799
_MILLISECONDS_FROM = 100_000_000_000
_TIME_EXAMPLE = "write a time with its zone, such as 2026-11-01T00:00:00Z"


def _web_address(text: str) -> str:
    """An http(s) address without its closing slash; it may carry a path, to which API paths are appended."""
    address = text.strip()
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
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
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is out of range") from None


def _email(text: str) -> str:
    if text in {"relay", "none"}:
        return text
    if "@" not in text or len(text) > 255 or any(ch.isspace() or not ch.isprintable() for ch in text):
        raise ValueError('must be an e-mail address, a template of one, "relay" or "none"')
    if _placeholders(text) - {"buyer_id", "order_id"}:
        raise ValueError("may hold {buyer_id} and {order_id}, nothing else in braces")
    return text


def _placeholders(template: str) -> set[str]:
    try:
        parsed = list(Formatter().parse(template))
    except ValueError:
        return {"?"}
    return {
        f"{name}{spec or ''}{conversion or ''}" for _, name, spec, conversion in parsed if name is not None
    }


def _domain(text: str) -> str:
    domain = text.strip().lower()
    if not domain or any(not (ch.isalnum() or ch in ".-") for ch in domain):
        raise ValueError("must be a bare domain such as example.myshopify.com")
    return domain


def host_of(address: str) -> str:
    """The host of a web address, for a default; any text when it has none: the address is refused then."""
    try:
        return urlsplit(address.strip()).hostname or "unknown"
    except ValueError:
        return "unknown"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


def _tag(text: str) -> str:
    if "," in text:
        raise ValueError("holds a comma, which separates tags on Shopify")
    return _not_blank(text)


WebAddress = Annotated[str, AfterValidator(_web_address)]
Token = Annotated[str, AfterValidator(_token)]
UnixSeconds = Annotated[int, AfterValidator(_unix_seconds)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
EmailSetting = Annotated[str, AfterValidator(_email)]
Domain = Annotated[str, AfterValidator(_domain)]
Title = Annotated[str, Field(max_length=255), AfterValidator(_not_blank)]
Tag = Annotated[str, Field(max_length=40), AfterValidator(_tag)]

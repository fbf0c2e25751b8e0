"""Scalars as the Admin API reads and writes them."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import GraphQLError


def instant(value: datetime) -> str:
    """ISO 8601 in UTC to the second, ending in Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_instant(value: Any) -> datetime:
    """A DateTime from a client; without a zone it is taken as UTC."""
    if not isinstance(value, str):
        raise GraphQLError("DateTime must be a string")
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        raise GraphQLError("DateTime must be in ISO 8601") from None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def read_decimal(value: Any) -> Decimal:
    """A Decimal from a client: a string or a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise GraphQLError("Decimal must be a string")
    try:
        read = Decimal(str(value))
    except InvalidOperation:
        raise GraphQLError("Decimal must be a number") from None
    if not read.is_finite():
        raise GraphQLError("Decimal must be finite")
    return read


def read_url(value: Any) -> str:
    """A URL from a client: http or https with a host."""
    if not isinstance(value, str) or not value.startswith(("http://", "https://")) or " " in value:
        raise GraphQLError("URL must be absolute")
    return value


def write_decimal(value: Any) -> str:
    """A decimal as it was given; strings pass."""
    return value if isinstance(value, str) else f"{value:f}"


def write_instant(value: Any) -> str:
    """A DateTime of an answer."""
    return value if isinstance(value, str) else instant(value)

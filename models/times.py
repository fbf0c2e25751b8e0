"""Instants: always UTC, in the database and in Python."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""TikTok's times are Unix seconds: nothing can be older, and it refuses to be asked for it."""
_LAST_SECOND = 253370764799
"""The end of the year 9998: a datetime goes to 9999, and hold times and the zones of databases add to it."""


class UtcDateTime(TypeDecorator[datetime]):
    """A timestamp that refuses naive values and always reads back with zone UTC, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a timestamp without a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def from_unix(value: object) -> datetime | None:
    """The instant of TikTok's Unix seconds; None for missing, zero, negative or absurd values."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(value, UTC)


def isoformat(value: datetime | None) -> str | None:
    """ISO 8601 with zone `Z`, the form every output of the connector uses."""
    return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

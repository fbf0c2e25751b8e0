"""Stretches of time people ask for."""

from datetime import datetime, timedelta

from connector.errors import UsageError
from models.times import EARLIEST

_DEFAULT_DAYS = 7


def checked_instant(name: str, value: datetime) -> datetime:
    """The instant, which has a zone and is one TikTok can be asked for; raises UsageError when not."""
    if value.tzinfo is None:
        raise UsageError(f"The {name} has no time zone; write for example 2026-11-01T00:00:00Z.")
    if value < EARLIEST:
        raise UsageError(f"The {name} is before 1970; write for example 2026-11-01T00:00:00Z.")
    return value


def checked_span(
    start: datetime | None, end: datetime | None, *, now: datetime | None = None
) -> tuple[datetime, datetime]:
    """Both ends with a zone and in order; without a start, the last seven days before `end`, or before `now`.

    Raises UsageError that says which end is off and how to write it.
    """
    until = end or now
    if until is None:
        raise UsageError("The end of the time span is missing; write for example 2026-11-01T00:00:00Z.")
    since = start or checked_instant("end", until) - timedelta(days=_DEFAULT_DAYS)
    checked_instant("start", since)
    checked_instant("end", until)
    if since >= until:
        raise UsageError("The start of the time span must be before its end.")
    return since, until

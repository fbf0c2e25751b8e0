"""Stretches of time people ask for."""

from datetime import datetime, timedelta

from connector.errors import UsageError

_DEFAULT_DAYS = 7


def checked_span(
    start: datetime | None, end: datetime | None, *, now: datetime | None = None
) -> tuple[datetime, datetime]:
    """Both ends with a zone and in order; without a start, the last seven days before `end`, or before `now`.

    Raises UsageError that says which end is off and how to write it.
    """
    until = end or now
    if until is None:
        raise UsageError("The end of the time span is missing; write for example 2026-11-01T00:00:00Z.")
    since = start or until - timedelta(days=_DEFAULT_DAYS)
    for name, value in (("start", since), ("end", until)):
        if value.tzinfo is None:
            raise UsageError(f"The {name} has no time zone; write for example 2026-11-01T00:00:00Z.")
    if since >= until:
        raise UsageError("The start of the time span must be before its end.")
    return since, until

"""Time zones a person may choose from, and times entered in one of them."""

import re
from datetime import UTC, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

_AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""TikTok's times are Unix seconds."""
_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
_LOST_PLUS = re.compile(r" (\d{2}:?\d{2})$")
_ONLY_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_WITH_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)
DEFAULT_ZONE = "UTC"


@cache
def zone_groups() -> list[tuple[str, list[str]]]:
    """The zones by area, for a list to choose from; UTC alone where the system knows no others."""
    known = sorted(available_timezones())
    return [(area, [name for name in known if name.startswith(f"{area}/")]) for area in _AREAS]


def is_zone(name: str) -> bool:
    """Whether this is a zone the system knows."""
    return name == DEFAULT_ZONE or name in available_timezones()


def zone(name: str) -> tzinfo:
    """The zone of a known name."""
    return UTC if name == DEFAULT_ZONE else ZoneInfo(name)


def read_instant(text: str, zone_name: str | None) -> datetime:
    """An ISO 8601 time as an instant in UTC; one without an offset is meant in `zone_name`.

    A `+` that a form or an address turned into a space is one again. Raises ValueError with the rest of a
    sentence that begins with what was entered.
    """
    mended = _LOST_PLUS.sub(r"+\1", text.strip())
    date = _DATE_WITH_ZONE.fullmatch(mended)
    try:
        read = datetime.fromisoformat(f"{date[1]}T00:00{date[2]}" if date else mended)
    except ValueError:
        raise ValueError("is not a time; write it like 2026-11-01T00:00:00Z") from None
    if read.tzinfo is None:
        if zone_name is None:
            raise ValueError("has no time zone; write it like 2026-11-01T00:00:00Z, or choose a zone")
        read = read.replace(tzinfo=zone(zone_name))
    try:
        instant = read.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError("is not a time that orders can have") from None
    if not _EARLIEST <= instant < _LATEST:
        raise ValueError("is before 1970" if instant < _EARLIEST else "is not a time that orders can have")
    return instant


def entered(instant: datetime | None, zone_name: str) -> str:
    """An instant as a form's field for local times takes it."""
    if instant is None:
        return ""
    local = instant.astimezone(zone(zone_name)).replace(tzinfo=None)
    return local.isoformat(timespec="seconds" if local.second else "minutes")


def iso_in(instant: datetime, zone_name: str) -> str:
    """An instant with the offset it has in a zone, so that nobody can take it for another one."""
    return instant.astimezone(zone(zone_name)).isoformat(timespec="seconds").replace("+00:00", "Z")

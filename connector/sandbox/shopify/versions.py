"""API versions: a new one each quarter, each supported for twelve months, older ones fall forward."""

from datetime import date, datetime
from typing import Any

NEWEST = "2026-10"
"""The version whose schema the sandbox speaks; it serves no newer one."""

_QUARTERS = ("01", "04", "07", "10")


def served_version(asked: str, now: datetime) -> str | None:
    """The version that answers: the asked one, for a retired one the oldest supported, else None."""
    supported = supported_versions(now)
    if asked == "unstable" or asked in supported:
        return asked
    year, _, month = asked.partition("-")
    if not (year.isdigit() and len(year) == 4 and month in _QUARTERS) or asked > NEWEST:
        return None
    return supported[0]


def supported_versions(now: datetime) -> list[str]:
    """The stable versions of this day, oldest first, at most up to the newest the sandbox speaks."""
    today = now.date()
    years = range(2025, int(NEWEST[:4]) + 1)
    known = [f"{year}-{month}" for year in years for month in _QUARTERS if f"{year}-{month}" <= NEWEST]
    return [version for version in known if today < _retired(version)] or [NEWEST]


def published_versions(now: datetime) -> list[dict[str, Any]]:
    """`publicApiVersions`."""
    stable = [
        {"handle": version, "supported": True, "displayName": version} for version in supported_versions(now)
    ]
    return [*stable, {"handle": "unstable", "supported": False, "displayName": "unstable"}]


def _retired(version: str) -> date:
    year, month = version.split("-")
    return date(int(year) + 1, int(month), 1)

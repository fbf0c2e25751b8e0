"""Options that several commands share, and how their words are read."""

import re
from datetime import UTC, datetime
from typing import Annotated

import typer

from connector.cli.output import one_line
from connector.errors import UsageError

_DATE_WITH_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:?\d{2})", re.IGNORECASE)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""TikTok's times are Unix seconds."""
_EXAMPLE = "2026-11-01T00:00:00Z"


def instant(text: str) -> datetime:
    """An ISO 8601 time with its zone; a date with a zone is its midnight. Anything else is refused."""
    stripped = text.strip()
    date = _DATE_WITH_ZONE.fullmatch(stripped)
    try:
        read = datetime.fromisoformat(f"{date[1]}T00:00{date[2]}" if date else stripped)
        if read.tzinfo is not None and read.astimezone(UTC) >= _EARLIEST:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        shown = one_line(stripped)[:60]
        raise typer.BadParameter(f"{shown!r} is not a time; write it like {_EXAMPLE}") from None
    wrong = "has no time zone" if read.tzinfo is None else "is before 1970"
    raise typer.BadParameter(f"{one_line(stripped)[:60]!r} {wrong}; write it like {_EXAMPLE}")


def text(value: str) -> str:
    """Words from the command line; refused when they are empty or not UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise typer.BadParameter("is not UTF-8 text") from None
    if not value.strip():
        raise typer.BadParameter("is empty; leave the option out instead")
    return value.strip()


def require_order(start: datetime, end: datetime) -> None:
    """Refuse a window that ends before it begins."""
    if start >= end:
        raise UsageError(
            f"--from ({start.isoformat()}) must be before --to ({end.isoformat()})".replace("+00:00", "Z")
        )


Stores = Annotated[
    list[str] | None,
    typer.Option("--store", parser=text, metavar="NAME", help="Only this store; may be repeated."),
]
OneStore = Annotated[
    str | None, typer.Option("--store", parser=text, metavar="NAME", help="The store that is meant.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
From = Annotated[
    datetime,
    typer.Option("--from", parser=instant, metavar="TIME", help=f"Begin, with zone, such as {_EXAMPLE}."),
]
To = Annotated[
    datetime,
    typer.Option("--to", parser=instant, metavar="TIME", help="End, not included, with zone."),
]

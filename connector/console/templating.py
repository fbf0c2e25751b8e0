"""The template engine: everything is escaped, a name that is not there is an error."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from connector.console.orders import steps
from connector.console.remedies import on_pages
from connector.console.wording import matched_words, money, party, reason_words, with_instants, words

STATIC = Path(__file__).parent / "static"


@cache
def environment() -> Environment:
    """The engine with the filters and functions that templates use."""
    made = Environment(
        loader=PackageLoader("connector.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(when=when, age=age, number=number, plural=plural, words=words)
    made.filters.update(money=money, party=party, reason_words=reason_words, matched_words=matched_words)
    made.filters.update(on_pages=on_pages, instants=lambda sentence: with_instants(sentence, when))
    made.filters.update(event_words=steps.event_words, source_words=steps.source_words)
    made.filters.update(detail_words=steps.detail_words, tone=steps.tone)
    made.globals.update(csrf_field=csrf_field, icon=icon, static=static_url)
    return made


@pass_context
def csrf_field(context: Context) -> Markup:
    """The hidden field that every form with an unsafe method carries."""
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(context["csrf_token"])


def when(instant: datetime | None, absent: str = "never") -> Markup:
    """An instant: the viewer's zone by script, the exact one in UTC on hover and without script."""
    if instant is None:
        return Markup('<span class="quiet">{}</span>').format(absent)
    utc = instant.astimezone(UTC)
    return Markup('<time datetime="{}" title="{} UTC">{} UTC</time>').format(
        utc.isoformat().replace("+00:00", "Z"), f"{utc:%Y-%m-%d %H:%M:%S}", f"{utc.day} {utc:%b %Y, %H:%M}"
    )


def age(seconds: float | None) -> str:
    """Seconds in the largest unit that tells something: `45 s`, `12 min`, `5 h`, `3 days`."""
    if seconds is None:
        return ""
    whole = max(0, int(seconds))
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if whole >= 2 * size:
            return f"{whole // size:,} {unit}"
    return f"{whole} s"


def number(value: int) -> str:
    """A count with separators: `12,345`."""
    return f"{value:,}"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """`1 order`, `2 orders`."""
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def icon(name: str) -> Markup:
    """A small picture from the sprite; decoration only, the words beside it say it."""
    return Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>').format(
        static_url("icons.svg"), name
    )


@cache
def static_url(name: str) -> str:
    """The address of a file of `static/`, new whenever its content is: browsers keep it for good."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"

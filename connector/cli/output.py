"""What commands print: one JSON document, or tables and sentences for people.

Text that came from a platform or a command line never reaches a terminal with control characters in it.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

INTERRUPTED = 130
"""The exit status after Ctrl-C."""
STOPPED = "stopped; what was done is kept, and repeating the command goes on from there."
_WIDTH_WITHOUT_TERMINAL = 160


class _Output(Console):
    def on_broken_pipe(self) -> None:
        """A reader that has seen enough (`| head`) is no failure."""
        pacify_stdout()
        raise typer.Exit(0)


def pacify_stdout() -> None:
    """Send what is still buffered for a closed pipe nowhere, so that nothing complains at the end."""
    try:
        target = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, target)
    os.close(nowhere)


def people() -> Console:
    """Standard output for people: as wide as the terminal, or wide enough when there is none."""
    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH_WITHOUT_TERMINAL
    return _Output(file=sys.stdout, width=wide, highlight=False, markup=False, emoji=False)


def write_json(document: object) -> None:
    """Print one JSON document and nothing else on standard output."""
    import orjson

    write_text(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def write_text(text: str) -> None:
    """Print a line of data exactly as it is."""
    with reader_may_leave():
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """End the command quietly, and well, when whoever reads standard output has seen enough."""
    try:
        yield
    except BrokenPipeError:
        pacify_stdout()
        raise typer.Exit(0) from None


def say(sentence: str) -> None:
    """One line for people on standard error."""
    try:
        sys.stderr.write(f"connector: {one_line(sentence)}\n")
        sys.stderr.flush()
    except (OSError, ValueError):
        # Nobody can be told that nobody can be told.
        return


def one_line(text: str) -> str:
    """Text on one line, without control characters."""
    return clean(" ".join(text.split()))


def clean(text: str) -> str:
    """Text with control characters and lone surrogates shown as `�`."""
    return "".join(ch if ch.isprintable() else "\N{REPLACEMENT CHARACTER}" for ch in text)


def cell(value: object) -> Text:
    """A value as a table shows it: empty for None, numbers and text as they are."""
    return Text("" if value is None else clean(str(value)))


def table(*headings: str, title: str | None = None) -> Table:
    """An empty table in the style all commands share; a heading that starts with `#` is right-aligned."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for heading in headings:
        right = heading.startswith("#")
        made.add_column(heading.lstrip("#"), justify="right" if right else "left", header_style="dim")
    return made


def facts(rows: Iterable[tuple[str, object]]) -> Table:
    """Two columns: what, and its value; rows without a value are left out."""
    made = Table(box=None, show_header=False, pad_edge=False)
    made.add_column(style="dim", no_wrap=True)
    made.add_column()
    for name, value in rows:
        if value not in (None, ""):
            made.add_row(name, value if isinstance(value, Text) else cell(value))
    return made


def plural(number: int, noun: str) -> str:
    """`1 order`, `2 orders`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def money(total: Mapping[str, Any]) -> str:
    """An amount with its currency, as in `12.50 GBP`."""
    return f"{total['amount']} {total['currency']}"


def duration(seconds: int) -> str:
    """Seconds in the largest unit that tells something: `45 s`, `12 min`, `5 h`, `3 days`."""
    for size, unit in ((2 * 86_400, "days"), (2 * 3600, "h"), (2 * 60, "min")):
        if seconds >= size:
            return f"{seconds // (size // 2):,} {unit}"
    return f"{seconds} s"


def second(instant: str | None) -> str:
    """An ISO instant cut to the second, still with its zone."""
    return f"{instant[:19]}Z" if instant else ""


def minute(instant: str | None) -> str:
    """An ISO instant cut to the minute, still with its zone."""
    return f"{instant[:16]}Z" if instant else ""

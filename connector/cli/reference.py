"""Writes `docs/commands.md` from the commands themselves: `python -m connector.cli.reference`.

A test compares the file with what this gives, so that the two never drift apart.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from connector.cli.app import app

PAGE = Path("docs/commands.md")

_INTRODUCTION = """# Commands

Written by `python -m connector.cli.reference` from the commands' own help; a test checks that it is current.

`connector` reads its settings from the environment: `CONNECTOR_DATABASE_URL` (an SQLAlchemy URL; default: the
SQLite file `connector.db` in the current folder), `CONNECTOR_SECRET_KEY` (encrypts stored credentials;
`connector secret-key` prints a fresh one), `CONNECTOR_DATA_DOCS` (a folder for the pages of each validated
batch), and Prefect's own, such as `PREFECT_API_URL`.

| Exit status | Meaning |
|---|---|
| 0 | done |
| 1 | done, but something is wrong that the command exists to report |
| 2 | bad usage or configuration; one line on standard error says what to mend |
| 130 | stopped with Ctrl-C; repeating the command goes on from there |

With `--json` exactly one JSON document is on standard output, everything else on standard error. Times are
ISO 8601 with their zone, in and out; a date with a zone (`2026-11-01Z`) is its midnight. Progress is shown
while standard error is a terminal.
"""


def page() -> str:
    """The whole text of `docs/commands.md`."""
    return _INTRODUCTION + "".join(_sections(typer.main.get_command(app), "connector"))


def _sections(command: Any, path: str) -> Iterator[str]:
    subcommands = getattr(command, "commands", None)
    if subcommands is None:
        yield _section(command, path)
        return
    for name, subcommand in subcommands.items():
        yield from _sections(subcommand, f"{path} {name}")


def _section(command: Any, path: str) -> str:
    arguments = [part for part in command.params if part.param_type_name == "argument"]
    options = [part for part in command.params if part.param_type_name == "option"]
    rows = [_row(_argument_words(each), each) for each in arguments]
    rows += [_row(_option_words(each), each) for each in options if each.name != "help"]
    text = " ".join((command.help or "").split())
    heading = f"\n## `{path}`\n\n{text}\n"
    return heading if not rows else f"{heading}\n| Word | Meaning |\n|---|---|\n{''.join(rows)}"


def _row(words: str, parameter: Any) -> str:
    default = parameter.default
    given = default is not None and not parameter.required and not isinstance(default, bool)
    meaning = (parameter.help or "") + (f" Default: `{default}`." if given else "")
    required = " Required." if parameter.required else ""
    return f"| `{words}` | {meaning}{required} |\n".replace("\n", " ").rstrip() + "\n"


def _argument_words(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name.upper())


def _option_words(parameter: Any) -> str:
    names = "/".join([*parameter.opts, *parameter.secondary_opts])
    is_flag = getattr(parameter, "is_flag", False)
    return names if is_flag else f"{names} {parameter.metavar}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} written\n")

"""Writes `docs/commands.md` from the commands themselves: `python -m connector.cli.reference`.

A test compares the file with what this gives, so that the two never drift apart.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from connector.cli.app import app

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"

_MARK = "<!-- Below: written by `python -m connector.cli.reference`; above: by hand. -->\n"


def page() -> str:
    """The whole text of `docs/commands.md`, with what people wrote above the mark as it is there."""
    by_hand = PAGE.read_text(encoding="utf-8").partition(_MARK)[0]
    return by_hand + _MARK + "".join(_sections(typer.main.get_command(app), "connector"))


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

"""No sentence that a page may show tells a person to run a command the console does the work of."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from connector.console.remedies import on_pages
from models.state import REMEDIES, ReasonCode

_ROOT = Path(__file__).parents[2]
_FOLDERS = ("connector/services", "connector/ledger", "connector/shopify", "connector/tiktok")
_COMMAND = re.compile(r"connector (sku|store|orders|user|catalog|backfill)\b")
_NOT_ON_PAGES = frozenset(
    {
        "'X' is not mapped by hand in store X; connector sku list shows what is.",
        "none is connected yet: connector store add --file FILE",
    }
)
"""What only the command does: take a mapping back, and examine a database without a store."""


def sentences() -> Iterator[str]:
    """Every text of these folders that names a command, with X for what is filled in; no documentation."""
    files = [file for folder in _FOLDERS for file in sorted((_ROOT / folder).rglob("*.py"))]
    for file in files:
        tree = ast.parse(file.read_text())
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        parts = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            if id(node) in documentation | parts:
                continue
            text = _text(node)
            if _COMMAND.search(text):
                yield text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "'X'" if node.conversion == ord("r") else "X"
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_a_command_becomes_the_place_on_the_pages_that_does_it() -> None:
    found = {*sentences(), *REMEDIES.values()} - _NOT_ON_PAGES
    assert len([text for text in found if _COMMAND.search(text)]) > 12
    assert [text for text in sorted(found) if _COMMAND.search(on_pages(text))] == []


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        (REMEDIES[ReasonCode.SKU_AMBIGUOUS], "Map the SKU to the one variant that is meant."),
        (REMEDIES[ReasonCode.UNPAID], REMEDIES[ReasonCode.UNPAID]),
        (
            "Remove that store first (connector store remove uk).",
            "Remove that store first on its page under Stores.",
        ),
        ("Run connector store webhooks uk.", "Have them sent, with the button under Webhooks."),
        (
            "Set it, then repeat connector store add.",
            "Set it, then connect the store again with its store file on the Stores page.",
        ),
        (
            "Store uk is paused; connector store resume uk",
            "Store uk is paused; resume it on its page under Stores",
        ),
    ],
)
def test_what_it_becomes(sentence: str, shown: str) -> None:
    assert on_pages(sentence) == shown

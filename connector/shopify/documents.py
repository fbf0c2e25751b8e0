"""The GraphQL documents the client sends, loaded from the `.graphql` files beside this module.

They ask for few fields, because Shopify charges for every object: creating an order costs about 11 points.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import orjson


@dataclass(frozen=True, slots=True)
class Document:
    """One operation: its text as sent, and its first guess at the points Shopify will ask for."""

    name: str
    text: str
    guess: int
    head: bytes = field(repr=False)
    """The start of the request body, up to the variables, encoded once."""

    def body(self, variables: object) -> bytes:
        """The request body with these variables."""
        return self.head + orjson.dumps(variables) + b"}"


def _document(name: str, text: str, guess: int) -> Document:
    on_the_wire = " ".join(text.split())
    return Document(name, on_the_wire, guess, b'{"query":' + orjson.dumps(on_the_wire) + b',"variables":')


def _text(name: str) -> str:
    return (files(__package__) / "documents" / f"{name}.graphql").read_text(encoding="utf-8")


@cache
def document(name: str) -> Document:
    """The operation in the file `documents/<name>.graphql`."""
    text = _text(name)
    return _document(name, text, 11 if text.startswith("mutation") else 40)


@cache
def orders_by_custom_id(count: int) -> Document:
    """Look up `count` orders by unique metafield at once: variables `i0`, `i1` …, answers `o0`, `o1` …"""
    variables = " ".join(f"$i{number}: OrderIdentifierInput!" for number in range(count))
    fields = " ".join(
        f"o{number}: orderByIdentifier(identifier: $i{number}) {{ ...FoundOrder }}" for number in range(count)
    )
    text = f"query OrdersByCustomId({variables}) {{ {fields} }} {_text('found_order')}"
    return _document(f"orders_by_custom_id:{count}", text, 2 * count)

"""Places in JSON documents, and putting a value there."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

ABSENT = object()
"""Put into a place, it takes away what is there."""

Path = tuple[str | int, ...]


def paths(node: Any) -> Iterator[Path]:
    """Every place in a document, inner ones after the outer one they are in."""
    items: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(node, Mapping):
        items = iter(node.items())
    elif isinstance(node, list):
        items = iter(enumerate(node))
    for key, child in items:
        yield (key,)
        yield from ((key, *rest) for rest in paths(child))


def put(document: Any, path: Path, value: object) -> None:
    """Put a value there; raises KeyError, IndexError or TypeError where there is no such place."""
    *way, last = path
    for key in way:
        document = document[key]
    if isinstance(document, dict) and not isinstance(last, str):
        raise KeyError(last)
    if value is ABSENT:
        del document[last]
    else:
        # A copy, because the next value may be put into this one.
        document[last] = copy.deepcopy(value)

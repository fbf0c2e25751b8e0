"""Shopify's search syntax: terms, quotes, AND by whitespace, OR, NOT and `-`, brackets, escapes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>\() | (?P<close>\)) |
        (?P<minus>-)(?=[^\s]) |
        (?:(?P<field>(?:[A-Za-z_][\w$-]*)(?:\.[\w$-]+)*):(?P<op>>=|<=|>|<|=)?)?
        (?: "(?P<double>(?:\\.|[^"\\])*)" | '(?P<single>(?:\\.|[^'\\])*)' | (?P<plain>(?:\\.|[^\s()"'\\])+) )
    )""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class Term:
    """`field:op value`; a term without a field searches the default ones."""

    field: str
    operator: str
    value: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """Everything the part does not match."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Both:
    """AND of the parts; no parts match everything."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """OR of the parts."""

    parts: "tuple[Node, ...]"


Node = Term | Not | Both | Either


def parse(text: str) -> Node:
    """The tree of a search text; what makes no sense is skipped, as Shopify never refuses a query."""
    tokens = list(_tokens(text))
    return _Parser(tokens).either()


def terms_of(node: Node) -> Iterator[Term]:
    """All terms of a tree from left to right."""
    if isinstance(node, Term):
        yield node
    elif isinstance(node, Not):
        yield from terms_of(node.part)
    else:
        for part in node.parts:
            yield from terms_of(part)


def without(node: Node, dropped: frozenset[int]) -> Node | None:
    """The tree without the terms of these identities (`id(term)`); None when nothing is left."""
    if isinstance(node, Term):
        return None if id(node) in dropped else node
    if isinstance(node, Not):
        part = without(node.part, dropped)
        return None if part is None else Not(part)
    parts = tuple(kept for kept in (without(part, dropped) for part in node.parts) if kept is not None)
    if not parts:
        return None
    return Both(parts) if isinstance(node, Both) else Either(parts)


def _tokens(text: str) -> Iterator[str | Term]:
    spot = 0
    while spot < len(text):
        match = _TOKEN.match(text, spot)
        if match is None or match.end() == spot:
            spot += 1
            continue
        spot = match.end()
        yield _token(match)


def _token(match: re.Match[str]) -> str | Term:
    if match["open"] or match["close"] or match["minus"]:
        return match["open"] or match["close"] or "NOT"
    quoted = match["double"] if match["double"] is not None else match["single"]
    raw = match["plain"] if quoted is None else quoted
    if quoted is None and match["field"] is None and raw in ("AND", "OR", "NOT"):
        return raw
    value = _ESCAPE.sub(r"\1", raw)
    return Term((match["field"] or "").lower(), match["op"] or "", value, quoted is not None)


class _Parser:
    def __init__(self, tokens: list[str | Term]) -> None:
        self._tokens = tokens
        self._spot = 0

    def either(self) -> Node:
        parts = [self._both()]
        while self._take("OR"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Node:
        parts: list[Node] = []
        while self._peek() not in (None, "OR", ")"):
            if self._take("AND"):
                continue
            part = self._one()
            if part is not None:
                parts.append(part)
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self) -> Node | None:
        if self._take("NOT"):
            part = self._one() if self._peek() not in (None, "OR", ")") else None
            return None if part is None else Not(part)
        if self._take("("):
            inner = self.either()
            self._take(")")
            return inner
        token = self._peek()
        self._spot += 1
        return token if isinstance(token, Term) else None

    def _peek(self) -> str | Term | None:
        return self._tokens[self._spot] if self._spot < len(self._tokens) else None

    def _take(self, word: str) -> bool:
        if self._peek() == word:
            self._spot += 1
            return True
        return False

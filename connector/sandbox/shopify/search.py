"""The search index over one kind of record: evaluates a query, warns about fields it does not know."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from graphql import GraphQLError

from connector.sandbox.shopify.search_syntax import Both, Either, Node, Not, Term, parse, terms_of, without
from connector.sandbox.shopify.wire import read_instant

Record = TypeVar("Record")
Matcher = Callable[[Record, Term], bool]


@dataclass(slots=True)
class SearchFields(Generic[Record]):
    """What a query may ask of a kind of record; `lookups` finds the records of a value without a scan."""

    matchers: Mapping[str, Matcher[Record]]
    lookups: Mapping[str, Callable[[str], Sequence[Record]]] = field(default_factory=dict)
    spans: Mapping[str, Callable[[datetime | None, datetime | None], Sequence[Record]]] = field(
        default_factory=dict
    )
    """Fields of time that an index is sorted by: the records between two instants, both included."""
    prefixes: Mapping[str, Matcher[Record]] = field(default_factory=dict)
    """Matchers of fields with a free second half, e.g. `metafields.`."""
    default: tuple[str, ...] = ()

    def matcher(self, name: str) -> Matcher[Record] | None:
        """How a term of this field is judged; None when there is no such field."""
        known = self.matchers.get(name)
        if known is not None:
            return known
        return next((found for start, found in self.prefixes.items() if name.startswith(start)), None)


@dataclass(slots=True)
class Query(Generic[Record]):
    """A parsed query; `warnings` are what `extensions.search` tells about it."""

    text: str
    node: Node
    fields: SearchFields[Record]
    warnings: list[dict[str, str]]

    def select(self, everything: Iterable[Record]) -> Iterable[Record]:
        """The records that match, in the order of `everything` unless an index narrows them first."""
        narrowed: Sequence[Record] | None = self._candidates(self.node)
        if narrowed is None:
            narrowed = self._within_span()
        return [
            record
            for record in (everything if narrowed is None else narrowed)
            if self._matches(self.node, record)
        ]

    @property
    def narrow(self) -> bool:
        """Whether an index of values answers, so that no scan is needed."""
        return self._candidates(self.node) is not None

    def _within_span(self) -> Sequence[Record] | None:
        """What lies between the bounds that the query sets to a field of time, if it does."""
        parts = self.node.parts if isinstance(self.node, Both) else ()
        for name, between in self.fields.spans.items():
            terms = [part for part in parts if isinstance(part, Term) and part.field == name]
            lowest = [_when(term.value) for term in terms if term.operator in (">", ">=")]
            highest = [_when(term.value) for term in terms if term.operator in ("<", "<=")]
            if lowest or highest:
                return between(max(lowest, default=None), min(highest, default=None))
        return None

    def _candidates(self, node: Node) -> list[Record] | None:
        if isinstance(node, Term):
            lookup = None if node.operator else self.fields.lookups.get(node.field)
            return None if lookup is None or node.value.endswith("*") else list(lookup(node.value))
        if isinstance(node, Not):
            return None
        parts = [self._candidates(part) for part in node.parts]
        known = [part for part in parts if part is not None]
        if isinstance(node, Both):
            return min(known, key=len) if known else None
        if len(known) < len(parts):
            return None
        return list({id(record): record for part in known for record in part}.values())

    def _matches(self, node: Node, record: Record) -> bool:
        if isinstance(node, Not):
            return not self._matches(node.part, record)
        if isinstance(node, Both):
            return all(self._matches(part, record) for part in node.parts)
        if isinstance(node, Either):
            return any(self._matches(part, record) for part in node.parts)
        matcher = self.fields.matcher(node.field)
        if matcher is not None:
            return matcher(record, node)
        return any(self.fields.matchers[name](record, node) for name in self.fields.default)


def read_query(text: str, fields: SearchFields[Record], terms_limit: int | None) -> Query[Record]:
    """A query; unknown fields are dropped with a warning, surplus terms without one."""
    node = parse(text)
    terms = list(terms_of(node))
    unknown = [term for term in terms if term.field and fields.matcher(term.field) is None]
    surplus = terms[terms_limit:] if terms_limit is not None else []
    kept = without(node, frozenset(id(term) for term in (*unknown, *surplus)))
    warnings = [
        {"field": term.field, "message": "Invalid search field for this query.", "code": "invalid_field"}
        for term in unknown
    ]
    return Query(text, Both(()) if kept is None else kept, fields, warnings)


def words(read: Callable[[Any], str | None]) -> Matcher[Any]:
    """Text compared without case; `*` alone matches everything, at the end it matches a beginning."""

    def match(record: Any, term: Term) -> bool:
        value, wanted = (read(record) or "").casefold(), term.value.casefold()
        if wanted.endswith("*"):
            return value.startswith(wanted[:-1])
        return value == wanted

    return match


def any_word(read: Callable[[Any], Iterable[str]]) -> Matcher[Any]:
    """Any of several texts, compared without case."""

    def match(record: Any, term: Term) -> bool:
        wanted = term.value.casefold()
        return any(value.casefold() == wanted for value in read(record))

    return match


def instants(read: Callable[[Any], datetime | None]) -> Matcher[Any]:
    """Times compared by the term's operator; a day alone means its beginning."""

    def match(record: Any, term: Term) -> bool:
        value = read(record)
        if value is None:
            return False
        return compare(value, term.operator, _when(term.value))

    return match


def compare(value: Any, operator: str, wanted: Any) -> bool:
    """`value operator wanted`; no operator means equal."""
    if operator == ">=":
        return bool(value >= wanted)
    if operator == "<=":
        return bool(value <= wanted)
    if operator == ">":
        return bool(value > wanted)
    if operator == "<":
        return bool(value < wanted)
    return bool(value == wanted)


def _when(text: str) -> datetime:
    try:
        return read_instant(text)
    except GraphQLError:
        return datetime.max.replace(tzinfo=read_instant("2000-01-01").tzinfo)

"""What an address of the orders page asks for, and the address of any view: one is the inverse of the other.

A filter has the same name here as in the command, with `_` for `-`. Times in addresses carry their offset, so
that a view that is passed on means the same instants to everybody.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlencode

from connector.console import zones
from connector.ledger.filters import OrderFilters
from models.state import OrderState, ReasonCode
from models.text import storable

_LONGEST = 200
_MOST_REPEATED = 50
_LOWERED = frozenset({"status", "state", "reason", "logistic_mode", "fulfilled_by"})
_REPEATED = ("status", "store")
TEXTS = ("search", "state", "reason", "logistic_mode", "fulfilled_by", "customer", "product", "product_id")
_TIMES = ("created_from", "created_to")
NAMES = (*_REPEATED, *TEXTS, *_TIMES)
"""Every filter there is."""
_ONE_OF: dict[str, tuple[str, ...]] = {"state": tuple(OrderState), "reason": tuple(ReasonCode)}


@dataclass(frozen=True, slots=True)
class View:
    """A view of the orders; `problems` say in one sentence each which words of an address mean nothing.

    `entered` holds the text of each filter as it came, for the form.
    """

    filters: OrderFilters
    zone: str | None = None
    after: str | None = None
    entered: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def address(self, path: str = "/") -> str:
        """The address of this view."""
        query = urlencode(list(self.pairs()))
        return f"{path}?{query}" if query else path

    def without(self, name: str, value: str | None = None) -> "View":
        """The view with a filter taken off, or one value of a filter that may be repeated."""
        rest: object = None
        if name in _REPEATED:
            held: tuple[str, ...] = getattr(self.filters, name)
            rest = tuple(each for each in held if value is not None and each != value)
        return self._with(**{name: rest})

    def of_status(self, *status: str) -> "View":
        """The same view of another tab, from its newest order on."""
        return self._with(status=status)

    def newest(self) -> "View":
        """The first page."""
        return replace(self, after=None)

    def older(self, cursor: str) -> "View":
        """The page that begins below a cursor."""
        return replace(self, after=cursor)

    def nothing_but_status(self) -> "View":
        """The view without any other filter."""
        return View(OrderFilters(status=self.filters.status))

    def active(self) -> list[tuple[str, str]]:
        """The filters that are set, as (name, value) in the order of the form."""
        pairs = [(name, value) for name in _REPEATED for value in getattr(self.filters, name)]
        for name in (*TEXTS, *_TIMES):
            value = getattr(self.filters, name)
            if value is not None:
                pairs.append((name, self._shown(value)))
        return pairs

    def _with(self, **changed: object) -> "View":
        return replace(self, filters=replace(self.filters, **changed), after=None)  # type: ignore[arg-type]

    def pairs(self) -> Iterable[tuple[str, str]]:
        """The names and values of its address."""
        yield from self.active()
        if self.zone and (self.filters.created_from or self.filters.created_to):
            yield "zone", self.zone
        if self.after:
            yield "after", self.after

    def _shown(self, value: str | datetime) -> str:
        return zones.iso_in(value, self.zone or zones.DEFAULT_ZONE) if isinstance(value, datetime) else value


def read_view(given: Iterable[tuple[str, str]]) -> View:
    """The view an address asks for; whatever is in it, this raises nothing. Unknown names mean nothing."""
    words = _Words(given)
    zone = words.one("zone") or None
    if zone is not None and not zones.is_zone(zone):
        words.refuse(f"{zone[:60]!r} is not a time zone; choose one of the list, such as Europe/London.")
        zone = None
    values: dict[str, object] = {name: words.many(name) for name in _REPEATED}
    values |= {name: words.text(name) for name in TEXTS}
    values |= {name: words.time(name, zone) for name in _TIMES}
    filters = OrderFilters(**values)  # type: ignore[arg-type]
    if filters.created_from and filters.created_to and filters.created_from >= filters.created_to:
        words.refuse("The beginning of the time range must be before its end.")
    return View(filters, zone, words.one("after") or None, words.entered, tuple(words.problems))


def is_plain(given: Iterable[tuple[str, str]], view: View) -> bool:
    """Whether an address is that of its view: no blank fields of a form, no time without its offset."""
    return view.problems != () or sorted(given) == sorted(view.pairs())


class _Words:
    """The words of an address, read one after the other; problems are collected on the way."""

    def __init__(self, given: Iterable[tuple[str, str]]) -> None:
        self._given: dict[str, list[str]] = {}
        for name, value in given:
            if cleaned := storable(value).strip():
                self._given.setdefault(name, []).append(cleaned)
        self.entered = {name: values[-1][:_LONGEST] for name, values in self._given.items()}
        self.problems: list[str] = []

    def refuse(self, sentence: str) -> None:
        """Note what was not understood."""
        self.problems.append(sentence)

    def one(self, name: str) -> str:
        """The last value of a name; blank when there is none."""
        return self._given.get(name, [""])[-1]

    def many(self, name: str) -> tuple[str, ...]:
        """Every value of a name, once."""
        values = tuple(dict.fromkeys(self._fold(name, value) for value in self._given.get(name, [])))
        if len(values) > _MOST_REPEATED or any(len(value) > _LONGEST for value in values):
            self.refuse(f"There is too much of {_spoken(name)} in this address; leave some of it out.")
            return ()
        return values

    def text(self, name: str) -> str | None:
        """A filter that is a text or one of some words."""
        value = self._fold(name, self.one(name))
        if len(value) > _LONGEST:
            self.refuse(f"The {_spoken(name)} is longer than {_LONGEST} characters; shorten it.")
            return None
        known = _ONE_OF.get(name)
        if value and known and value not in known:
            self.refuse(f"{value[:60]!r} is not a {_spoken(name)}; use one of {', '.join(known)}.")
            return None
        return value or None

    def time(self, name: str, zone: str | None) -> datetime | None:
        """A filter that is an instant."""
        value = self.one(name)
        if not value:
            return None
        try:
            return zones.read_instant(value, zone)
        except ValueError as error:
            self.refuse(f"{value[:60]!r} {error}.")
            return None

    def _fold(self, name: str, value: str) -> str:
        fold: Callable[[str], str] = str.lower if name in _LOWERED else str
        return fold(value)


def _spoken(name: str) -> str:
    return name.replace("_", " ")

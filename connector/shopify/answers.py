"""An HTTP answer of the Admin API, read without trusting it: any part may be missing or of another type."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson

from models.text import storable

UNREADABLE: Final = object()
"""The body was no JSON."""

_EMAIL = re.compile(r"[^\s@\"'<>]+@[^\s@\"'<>]+")
_LONG_NUMBER = re.compile(r"\+?\d[\d\s().-]{5,}\d")
_QUOTED = re.compile(r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
_ORDER_ID = re.compile(r"gid://shopify/Order/\d{1,20}")
_LONGEST_MESSAGE = 300
_LONGEST_NAME = 255
_LONGEST_CODE = 64


@dataclass(frozen=True, slots=True)
class GraphQLError:
    """One entry of the top-level `errors`."""

    code: str
    path: tuple[str, ...] | None
    message: str
    fields: tuple[str, ...]
    """The dotted paths of variables that Shopify could not accept."""


@dataclass(frozen=True, slots=True)
class UserError:
    """One entry of a mutation's `userErrors`; `field` is a dotted path."""

    code: str
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and the headers that matter."""

    status: int
    body: object
    request_id: str = ""
    retry_after: float | None = None

    @property
    def data(self) -> Mapping[str, Any] | None:
        """The `data` object, or None when it is missing or null."""
        return mapping(member(self.body, "data"))

    @property
    def errors(self) -> tuple[GraphQLError, ...]:
        """The top-level errors; a text in their place counts as one without a code."""
        errors = member(self.body, "errors")
        if not errors:
            return ()
        return tuple(_graphql_error(error) for error in (errors if isinstance(errors, list) else [errors]))

    @property
    def throttled(self) -> bool:
        """Whether it says: too many requests, or too few points left."""
        return self.status == 429 or any(error.code == "THROTTLED" for error in self.errors)

    @property
    def extensions(self) -> Mapping[str, Any]:
        """The `extensions` object: cost and search warnings."""
        return mapping(member(self.body, "extensions")) or {}


def read_json(content: bytes) -> object:
    """The JSON value of a body, or `UNREADABLE`."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return UNREADABLE


def mapping(value: object) -> Mapping[str, Any] | None:
    """The value if it is a JSON object."""
    return value if isinstance(value, dict) else None


def member(value: object, key: str) -> Any:
    """The member of a JSON object; None for anything else."""
    return value.get(key) if isinstance(value, dict) else None


def order_id_in(node: object) -> str | None:
    """The global id of an order; None for anything that no order of Shopify is called."""
    value = member(node, "id")
    return value if isinstance(value, str) and _ORDER_ID.fullmatch(value) else None


def name_in(node: object) -> str:
    """What people call an order, fit to be stored; nothing where it has no name."""
    value = member(node, "name")
    return storable(value, _LONGEST_NAME) if isinstance(value, str) else ""


def decimal_in(value: object) -> Decimal | None:
    """A decimal number given as text or number; None for anything else."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def user_errors(value: object) -> tuple[UserError, ...]:
    """The readable entries of a `userErrors` list."""
    if not isinstance(value, list):
        return ()
    return tuple(_user_error(entry) for entry in value if isinstance(member(entry, "message"), str))


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header, given as a number or as an HTTP date; None when it says neither."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if seconds == seconds else None


def without_personal_data(message: str, field: str = "") -> str:
    """A platform's message without what it may repeat of a buyer: e-mails, phone numbers, quoted input."""
    text = _EMAIL.sub("…", storable(message))
    if any(word in field.lower() for word in ("address", "customer", "phone", "email", "note")):
        text = _QUOTED.sub("…", text)
    return _LONG_NUMBER.sub("…", text)[:_LONGEST_MESSAGE]


def dotted(path: object) -> str:
    """A path as Shopify gives it, as text: `order.shippingAddress.zip`."""
    return storable(".".join(str(step) for step in path)) if isinstance(path, Sequence) else ""


def _user_error(entry: object) -> UserError:
    field = dotted(member(entry, "field"))
    code = member(entry, "code")
    message = without_personal_data(member(entry, "message"), field)
    return UserError(_code(code), field, message)


def _graphql_error(error: object) -> GraphQLError:
    extensions = member(error, "extensions")
    code, path, message = member(extensions, "code"), member(error, "path"), member(error, "message")
    fields = _problem_fields(extensions)
    if fields:
        # The text of a refused variable repeats its value, which may be an address.
        message = "values not accepted"
    elif not isinstance(message, str):
        message = error if isinstance(error, str) else ""
    return GraphQLError(
        _code(code),
        tuple(str(step) for step in path) if isinstance(path, list) else None,
        _QUOTED.sub("…", without_personal_data(message))
        if code == "INVALID_VARIABLE"
        else without_personal_data(message),
        fields,
    )


def _code(value: object) -> str:
    return storable(value, _LONGEST_CODE) if isinstance(value, str) else ""


def _problem_fields(extensions: object) -> tuple[str, ...]:
    problems = member(extensions, "problems")
    if not isinstance(problems, list):
        return ()
    return tuple(dotted(member(problem, "path")) for problem in problems if member(problem, "path"))

"""Every possible answer to a create, sorted into made, surely not made, and unknown.

Shopify's `orderCreate` has no idempotency key, so the one mistake that costs money is to call something not
made that was made. Hence the rule of this module: an answer is *not made* only if it is on a list of answers
that Shopify gives before it runs the mutation, or with which it refuses it as a whole. Everything else that
carries no order id, including answers nobody has thought of, is *unknown*.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from connector.shopify.answers import (
    Answer,
    GraphQLError,
    UserError,
    decimal_in,
    mapping,
    member,
    name_in,
    order_id_in,
    user_errors,
)
from connector.shopify.results import CreateResult, Made, NotMade, NotMadeKind, Unknown

MUTATION = "orderCreate"

SLOW_RETRY_SECONDS = 900.0
"""For a shop that is frozen, locked or dormant: nothing changes within minutes."""
ABUSE_RETRY_SECONDS = 3600.0
"""For HTTP 430, with which Shopify says it takes the requests for an attack."""
TOO_MANY_ATTEMPTS_SECONDS = 15.0
"""Development and trial stores take five new orders a minute."""

_TOO_MANY = re.compile(
    r"too many|try again|rate limit|per minute"
    r"|(limit|quota).*(reached|exceeded)|(reached|exceeded).*(limit|quota)",
    re.IGNORECASE,
)
"""What a refusal for now may say; only "Too many attempts. Please try again later." has been seen."""
_WHOLE_ORDER = frozenset({"", "order", "base", "order.base"})

DOCUMENT_REFUSED_CODES = frozenset(
    {
        "undefinedField",
        "argumentNotAccepted",
        "missingRequiredArguments",
        "argumentLiteralsIncompatible",
        "directiveCannotBeApplied",
        "INVALID_VARIABLE",
        "MAX_COST_EXCEEDED",
        "MAX_INPUT_SIZE_EXCEEDED",
    }
)
"""Codes with which Shopify refuses a document or its variables before any resolver runs.

The last one is for a list of more than 250 entries (Shopify reference 4): an order may have more lines.
"""

_STATUSES_NOT_RUN: Mapping[int, tuple[NotMadeKind, float | None]] = {
    400: ("refused", None),
    401: ("reauthorize", None),
    402: ("unavailable", SLOW_RETRY_SECONDS),
    403: ("access_denied", None),
    404: ("unavailable", SLOW_RETRY_SECONDS),
    406: ("refused", None),
    414: ("refused", None),
    423: ("unavailable", SLOW_RETRY_SECONDS),
    429: ("throttled", None),
    430: ("unavailable", ABUSE_RETRY_SECONDS),
}
_STATUS_WORDS = {
    400: "could not read the request",
    401: "does not accept the access token",
    402: "has frozen the shop for an unpaid bill",
    403: "denies access",
    404: "knows no such shop or API version",
    423: "has locked the shop",
    429: "asks for fewer requests",
    430: "takes the requests for an attack",
}


def sort_create(answer: Answer) -> CreateResult:
    """What became of a create, by everything its answer says."""
    payload = mapping(member(answer.data, MUTATION))
    order = member(payload, "order")
    refusals = user_errors(member(payload, "userErrors"))
    order_id = order_id_in(order)
    if order_id is not None:
        return _made(order_id, order, refusals, answer.errors)
    if answer.status in _STATUSES_NOT_RUN:
        return _not_run(answer)
    if answer.status != 200:
        return Unknown(_with_request_id(f"Shopify answered HTTP {answer.status}", answer))
    if payload is None:
        return _without_payload(answer)
    if "order" in payload and order is None and refusals and not answer.errors:
        return _refused(refusals)
    return Unknown(_with_request_id("Shopify's answer tells neither an order nor a refusal", answer))


def _made(
    order_id: str, order: object, refusals: tuple[UserError, ...], errors: tuple[GraphQLError, ...]
) -> Made:
    notes = [error.message for error in refusals] + [error.message or error.code for error in errors]
    return Made(order_id, name_in(order), tuple(notes), _total(order))


def _total(order: object) -> Decimal | None:
    return decimal_in(member(member(member(order, "totalPriceSet"), "shopMoney"), "amount"))


def _not_run(answer: Answer) -> NotMade:
    kind, retry_after = _STATUSES_NOT_RUN[answer.status]
    if answer.status == 403 and any(error.code == "SHOP_INACTIVE" for error in answer.errors):
        kind, retry_after = "unavailable", SLOW_RETRY_SECONDS
    words = _STATUS_WORDS.get(answer.status, "refused the request")
    message = _with_request_id(f"Shopify {words} (HTTP {answer.status})", answer)
    return NotMade(
        kind, message, retry_after=retry_after if answer.retry_after is None else answer.retry_after
    )


def _without_payload(answer: Answer) -> NotMade | Unknown:
    """No `data.orderCreate`: not made only if every single error is one that comes before the mutation."""
    errors = answer.errors
    kinds = {_kind_before_running(error) for error in errors}
    if not errors or None in kinds:
        codes = ", ".join(error.code or "no code" for error in errors) or "no error"
        return Unknown(_with_request_id(f"Shopify answered without a result ({codes})", answer))
    first: NotMadeKind = next(kind for error in errors if (kind := _kind_before_running(error)))
    fields = tuple(_below_order(field) for error in errors for field in error.fields)
    return NotMade(first, _with_request_id(_say(errors), answer), fields, answer.retry_after)


def _below_order(path: str) -> str:
    """The path of a variable's problem, which begins inside the variable, as userErrors write it."""
    return path if path.startswith("order.") else f"order.{path}"


def _kind_before_running(error: GraphQLError) -> NotMadeKind | None:
    if error.code == "THROTTLED":
        return "throttled"
    if error.code in DOCUMENT_REFUSED_CODES:
        return "refused"
    # Denied at a field below the mutation, the mutation itself may have run.
    if error.code == "ACCESS_DENIED" and error.path == (MUTATION,):
        return "access_denied"
    return None


def _refused(refusals: tuple[UserError, ...]) -> NotMade:
    fields = tuple(error.field for error in refusals if error.field)
    message = "; ".join(error.message for error in refusals)
    if all(_is_for_now(error) for error in refusals):
        return NotMade("too_many_attempts", message, fields, TOO_MANY_ATTEMPTS_SECONDS)
    if any(error.code == "SHOP_DORMANT" for error in refusals):
        return NotMade("unavailable", message, fields, SLOW_RETRY_SECONDS)
    taken = any(_hints_at_identifier(error) for error in refusals)
    return NotMade("refused", message, fields, identifier_taken=taken)


def _is_for_now(error: UserError) -> bool:
    """Whether waiting mends it: about the number of orders, and about nothing in this one."""
    if "too many attempts" in error.message.lower():
        return True
    return error.field in _WHOLE_ORDER and _TOO_MANY.search(error.message) is not None


def _hints_at_identifier(error: UserError) -> bool:
    """Whether a refusal may be about the unique metafield; Shopify documents no code for it."""
    text = f"{error.field} {error.message} {error.code}".lower()
    return any(word in text for word in ("metafield", "unique", "been taken", "capability", "already exists"))


def _say(errors: tuple[GraphQLError, ...]) -> str:
    return "; ".join(
        f"{error.code}: {error.message}" + (f" ({', '.join(error.fields)})" if error.fields else "")
        for error in errors
    )


def _with_request_id(message: str, answer: Answer) -> str:
    return f"{message}, request {answer.request_id}" if answer.request_id else message

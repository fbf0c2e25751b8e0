"""What every order must be like before it may be created, in words and as expectations.

The order of the rules is the order in which a failing order's reason is chosen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connector.quality.facts import OrderFacts
from models.currencies import CURRENCY_CODES
from models.status import OrderStatus
from models.times import isoformat

KNOWN_STATUSES = frozenset(status.value for status in OrderStatus)
KNOWN_FULFILLMENT_TYPES = frozenset(
    {"FULFILLMENT_BY_SELLER", "FULFILLMENT_BY_TIKTOK", "FULFILLMENT_BY_DILAYANI_TOKOPEDIA"}
)
KNOWN_SHIPPING_TYPES = frozenset(
    {"TIKTOK", "SELLER", "TIKTOK_DIGITAL", "IN-STORE PICKUP", "IN_STORE_PICKUP", "IN-STORE_PICKUP"}
)
"""Who ships decides whose stock is taken and whether an address is needed: an unknown kind is not guessed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation: its class and arguments in Great Expectations, and how a failure reads."""

    says: str
    expectation: str
    arguments: Mapping[str, Any]
    found: Callable[[OrderFacts], str] = field(repr=False)

    def sentence(self, facts: OrderFacts) -> str:
        """The failed expectation and the offending value in plain words."""
        return f"expected that {self.says}; found {self.found(facts)}"


def _null(column: str) -> tuple[str, dict[str, Any]]:
    return "ExpectColumnValuesToBeNull", {"column": column}


def _known(column: str, values: frozenset[str]) -> tuple[str, dict[str, Any]]:
    return "ExpectColumnValuesToBeInSet", {"column": column, "value_set": sorted(values)}


def _at_least(column: str, least: int) -> tuple[str, dict[str, Any]]:
    return "ExpectColumnValuesToBeBetween", {"column": column, "min_value": least}


def _in_order(later: str, earlier: str) -> tuple[str, dict[str, Any]]:
    pair = {"column_A": later, "column_B": earlier}
    return "ExpectColumnPairValuesAToBeGreaterThanB", {
        **pair,
        "or_equal": True,
        "ignore_row_if": "either_value_is_missing",
    }


def _quoted(value: object) -> str:
    return "nothing" if value in (None, "") else repr(str(value)[:64])


def _moment(seconds: float | None) -> str:
    return "nothing" if seconds is None else isoformat(datetime.fromtimestamp(seconds, UTC)) or ""


RULES = (
    Rule(
        "every field that is read has its documented type",
        *_null("unreadable"),
        lambda facts: facts.unreadable or "nothing",
    ),
    Rule(
        "the order has an id of digits, letters, - and _",
        "ExpectColumnValuesToMatchRegex",
        {"column": "order_id", "regex": r"^[0-9A-Za-z_-]{1,64}$"},
        lambda facts: _quoted(facts.order_id),
    ),
    Rule(
        "the currency is an ISO 4217 code",
        *_known("currency", CURRENCY_CODES),
        lambda facts: _quoted(facts.currency),
    ),
    Rule(
        "every line item is in the order's currency",
        "ExpectColumnPairValuesToBeEqual",
        {"column_A": "line_currency", "column_B": "currency", "ignore_row_if": "either_value_is_missing"},
        lambda facts: f"{_quoted(facts.line_currency)} in an order in {_quoted(facts.currency)}",
    ),
    Rule(
        "no amount is below zero",
        *_at_least("lowest_amount", 0),
        lambda facts: f"{facts.lowest_field} {facts.lowest_amount}",
    ),
    Rule(
        "no amount has more digits than its currency",
        *_null("too_precise"),
        lambda facts: facts.too_precise or "nothing",
    ),
    Rule(
        "at least one unit is not cancelled",
        *_at_least("units", 1),
        lambda facts: (
            f"{facts.line_items} line items, all cancelled" if facts.line_items else "no line items"
        ),
    ),
    Rule(
        "a bundle is cancelled as a whole or not at all",
        *_null("split_bundle"),
        lambda facts: f"a part of {_quoted(facts.split_bundle)} cancelled",
    ),
    Rule(
        "the order has a creation time",
        "ExpectColumnValuesToNotBeNull",
        {"column": "created_at"},
        lambda facts: "no create_time",
    ),
    Rule(
        "nothing happened to the order before it was created",
        *_in_order("first_step_at", "created_at"),
        lambda facts: (
            f"{facts.first_step} {_moment(facts.first_step_at)}, but create_time {_moment(facts.created_at)}"
        ),
    ),
    Rule(
        "the status is one that is known",
        *_known("status", KNOWN_STATUSES),
        lambda facts: _quoted(facts.status),
    ),
    Rule(
        "the fulfilment type is one that is known",
        *_known("fulfillment_type", KNOWN_FULFILLMENT_TYPES),
        lambda facts: _quoted(facts.fulfillment_type),
    ),
    Rule(
        "the shipping type is one that is known",
        *_known("shipping_type", KNOWN_SHIPPING_TYPES),
        lambda facts: _quoted(facts.shipping_type),
    ),
)
"""First comes what keeps other rules from being checked at all."""

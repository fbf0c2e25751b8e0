"""Orders as a table of comma-separated values: what `connector export` prints and the console offers."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

COLUMNS = (
    "store",
    "tiktok_order_id",
    "status",
    "state",
    "reason_code",
    "reason_detail",
    "customer_name",
    "created_at",
    "updated_at",
    "paid_at",
    "delivered_at",
    "completed_at",
    "completed_by",
    "total_amount",
    "currency",
    "logistic_mode",
    "fulfilled_by",
    "items",
    "shopify_order_id",
    "shopify_order_name",
)

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBERS = frozenset({"total_amount", "items"})


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(orders: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A heading and one line per order document; nested values become columns of their own."""
    writer = csv.DictWriter(_Echo(), fieldnames=COLUMNS, lineterminator="\n")
    yield str(writer.writeheader())
    for order in orders:
        yield str(writer.writerow(csv_row(order)))


def csv_row(order: Mapping[str, Any]) -> dict[str, Any]:
    """An order flattened; a text that a spreadsheet would run as a formula gets an apostrophe first."""
    reason, total = order["reason"] or {}, order["total"]
    row = {name: order.get(name) for name in COLUMNS}
    row.update(
        reason_code=reason.get("code"),
        reason_detail=reason.get("detail"),
        total_amount=total["amount"],
        currency=total["currency"],
    )
    return {name: value if name in _NUMBERS else _harmless(value) for name, value in row.items()}


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value

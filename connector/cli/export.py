"""`connector export`: every order that fits, as one stream."""

import csv
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from connector.cli import filters
from connector.cli.opening import open_runtime
from connector.cli.options import Stores
from connector.cli.output import reader_may_leave

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Format(StrEnum):
    """How the stream is written."""

    CSV = "csv"
    JSONL = "jsonl"


def export(
    *,
    form: Annotated[
        Format, typer.Option("--format", metavar="csv|jsonl", help="A table, or one JSON object per line.")
    ] = Format.CSV,
    status: filters.Status = None,
    state: filters.State = None,
    store: Stores = None,
    search: filters.Search = None,
    logistic_mode: filters.LogisticMode = None,
    fulfilled_by: filters.FulfilledBy = None,
    created_from: filters.CreatedFrom = None,
    created_to: filters.CreatedTo = None,
    customer: filters.Customer = None,
    product: filters.Product = None,
    product_id: filters.ProductId = None,
    reason: filters.ReasonWord = None,
) -> None:
    """Stream orders to standard output, newest first; the filters are those of orders list."""
    words = filters.Words(
        status, state, store, search, logistic_mode, fulfilled_by,
        created_from, created_to, customer, product, product_id, reason,
    )  # fmt: skip
    with open_runtime() as runtime:
        from connector.ledger.search import export_orders

        views = runtime.database.stream(export_orders, filters=words.resolve(runtime))
        documents = (view.to_json() for view in views)
        with reader_may_leave():
            (write_csv if form is Format.CSV else write_lines)(documents)


def write_lines(orders: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object per line, exactly as `orders list --json` has them."""
    import orjson

    for order in orders:
        sys.stdout.write(orjson.dumps(order).decode() + "\n")
    sys.stdout.flush()


def write_csv(orders: Iterable[Mapping[str, Any]]) -> None:
    """One row per order below a heading; nested values become columns of their own."""
    writer = csv.DictWriter(sys.stdout, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(csv_row(order) for order in orders)
    sys.stdout.flush()


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


def csv_row(order: Mapping[str, Any]) -> dict[str, Any]:
    """An order flattened; a text that a spreadsheet would run as a formula gets an apostrophe first."""
    reason, total = order["reason"] or {}, order["total"]
    row = {name: order.get(name) for name in COLUMNS}
    row.update(
        reason_code=reason.get("code"),
        reason_detail=_harmless(reason.get("detail")),
        customer_name=_harmless(order["customer_name"]),
        total_amount=total["amount"],
        currency=total["currency"],
    )
    return row


def _harmless(value: str | None) -> str | None:
    return f"'{value}" if value and value.startswith(_FORMULA_STARTS) else value

"""`connector export`: every order that fits, as one stream."""

import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer

from connector.cli import filters
from connector.cli.opening import open_runtime
from connector.cli.options import Stores
from connector.cli.output import reader_may_leave


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
    from connector.services.order_csv import csv_lines

    sys.stdout.writelines(csv_lines(orders))
    sys.stdout.flush()

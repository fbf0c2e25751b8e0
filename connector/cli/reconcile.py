"""`connector reconcile`: is every order where it belongs, exactly once?"""

from collections.abc import Mapping
from typing import Any

import typer
from rich.text import Text

from connector.cli import output
from connector.cli.opening import open_runtime, require_any_store
from connector.cli.options import AsJson, From, Stores, To, require_order

_DIFFERENCES = {
    "missing_in_database": "at TikTok, but not in the database: run connector backfill over this window",
    "missing_on_shopify": "recorded as created, but not on Shopify: look for them there before anything else",
    "duplicate_on_shopify": "on Shopify more than once: cancel the surplus there by hand",
    "total_differs": "on Shopify with another total than TikTok's: compare them by hand",
    "unexpected_on_shopify": "on Shopify, but not known as created: look at them by hand",
}
_SHOWN = 20


def reconcile(*, start: From, end: To, stores: Stores = None, as_json: AsJson = False) -> None:
    """Compare TikTok, the database and Shopify by order id.

    Exit status 1 on any difference, or when a store could not be compared.
    """
    require_order(start, end)
    with open_runtime() as runtime:
        names = require_any_store(runtime, stores)
    from connector.cli.flow_runs import run_flow

    document = run_flow("reconcile_orders", start=start, end=end, stores=names)
    if as_json:
        output.write_json(document)
    else:
        print_verdict(document)
    for store in document["stores"]:
        if store.get("error"):
            output.say(f"{store['store']}: {store['error']}")
    if not document["ok"]:
        raise typer.Exit(1)


def print_verdict(document: Mapping[str, Any]) -> None:
    """The figures of each store, every difference by order id, and the verdict."""
    console = output.people()
    rows = output.table("Store", "#TikTok", "#Database", "#Shopify", "#Matched", "#Differences")
    for store in document["stores"]:
        figures = [f"{store[name]:,}" for name in ("tiktok", "database", "shopify", "matched")]
        rows.add_row(output.cell(store["store"]), *figures, f"{_count(store):,}")
    console.print(rows)
    for store in document["stores"]:
        for name, meaning in _DIFFERENCES.items():
            if store[name]:
                console.print(Text(f"{store['store']}: {_listed(store[name])} {meaning}.", style="bold red"))
    verdict = (
        "Every order is where it belongs, exactly once." if document["ok"] else "Something does not agree."
    )
    console.print(Text(verdict, style="bold green" if document["ok"] else "bold red"))


def _count(store: Mapping[str, Any]) -> int:
    return sum(len(store[name]) for name in _DIFFERENCES)


def _listed(ids: list[str]) -> str:
    rest = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
    return output.clean(", ".join(ids[:_SHOWN])) + rest

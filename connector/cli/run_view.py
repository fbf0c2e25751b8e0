"""What a run did, as the document of the contract or as a table with one line per store."""

from collections.abc import Mapping
from typing import Any

from connector.cli import output

_ALWAYS = ("found",)
_WHEN_ANY = (
    "new",
    "updated",
    "created",
    "already_on_shopify",
    "waiting",
    "blocked",
    "ignored",
    "unusable",
    "completed",
    "cancelled",
)


def report_run(document: Mapping[str, Any], *, as_json: bool, dry_run: bool = False) -> None:
    """Print one run; the sentences of stores that failed go to standard error either way."""
    if as_json:
        output.write_json(document)
    else:
        print_run(document, dry_run=dry_run)
    for store in document["stores"]:
        if store.get("error"):
            output.say(f"{store['store']}: {store['error']}")


def print_run(document: Mapping[str, Any], *, dry_run: bool = False) -> None:
    """The figures of each store that are not zero anywhere, and what to look at next."""
    stores = document["stores"]
    shown = [name for name in (*_ALWAYS, *_WHEN_ANY) if name in _ALWAYS or any(s.get(name) for s in stores)]
    headings = [f"#{name.replace('_', ' ')}" for name in shown]
    rows = output.table("Store", *headings, "#calls", "#seconds", "")
    for store in stores:
        calls = store.get("tiktok_calls", 0) + store.get("shopify_calls", 0)
        figures = [f"{store.get(name, 0):,}" for name in shown]
        verdict = "ok" if store["ok"] else "not finished"
        rows.add_row(output.cell(store["store"]), *figures, f"{calls:,}", f"{store['seconds']:.1f}", verdict)
    console = output.people()
    console.print(rows)
    if dry_run:
        console.print("A dry run: nothing was written, these are the orders a backfill would handle.")
    elif any(store.get("blocked") for store in stores):
        console.print("Blocked orders need a person: connector orders list --state blocked says what to do.")

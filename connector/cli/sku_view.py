"""SKU mappings, unmatched SKUs and suggestions for people and scripts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from connector.cli import output
from connector.cli.output import cell
from connector.ledger import mappings
from connector.runtime import Runtime


def sku_rows(runtime: Runtime, names: Sequence[str] | None, *, unmatched: bool) -> list[dict[str, Any]]:
    """Mapped SKUs and those that orders are blocked for, most wanted first; of these stores, None: of all."""
    rows = runtime.database.read(mappings.list_skus, unmatched_only=unmatched)
    return [asdict(row) for row in rows if names is None or row.store in names]


def print_skus(rows: Sequence[Mapping[str, Any]], *, unmatched: bool) -> None:
    """SKUs as a table."""
    console = output.people()
    if not rows:
        console.print(
            "No order waits for a SKU." if unmatched else "No SKU is mapped, and no order waits for one."
        )
        return
    shown = output.table("Store", "Seller SKU", "Product", "#Orders waiting", "Mapped to")
    for row in rows:
        product = " - ".join(filter(None, (row["product_name"], row["sku_name"])))
        target = row["variant_sku"] or row["variant_id"]
        waiting = f"{row['waiting_orders']:,}"
        shown.add_row(cell(row["store"]), cell(row["seller_sku"]), cell(product), waiting, cell(target))
    console.print(shown)
    if any(row["waiting_orders"] for row in rows):
        console.print("connector sku suggest SELLER_SKU looks for what fits; connector sku map decides.")


def print_suggestions(rows: Sequence[Mapping[str, Any]]) -> None:
    """Suggested variants as a table, the likeliest first."""
    console = output.people()
    if not rows:
        console.print("Nothing alike is in the local index; connector catalog refreshes it.")
        return
    shown = output.table("Store", "SKU", "Title", "#Likeness", "Variant")
    for row in rows:
        likeness = f"{row['likeness']:.0%}"
        texts = [cell(row[name]) for name in ("store", "sku", "title")]
        shown.add_row(*texts, likeness, cell(row["variant_id"]))
    console.print(shown)

"""SKU mappings, unmatched SKUs and suggestions for people and scripts."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.cli import output
from connector.cli.output import cell
from connector.ledger import mappings
from connector.runtime import Runtime
from models.times import isoformat


def mapped(runtime: Runtime, names: Sequence[str] | None) -> list[dict[str, Any]]:
    """The manual mappings of these stores (None: of all)."""
    return [
        {
            "store": row.store,
            "seller_sku": row.seller_sku,
            "variant_id": row.variant_id,
            "created_at": isoformat(row.created_at),
        }
        for row in runtime.database.read(mappings.list_mappings, stores=names)
    ]


def wanted(runtime: Runtime, names: Sequence[str] | None) -> list[dict[str, Any]]:
    """The SKUs that blocked orders wait for, most wanted first."""
    return [
        {"store": row.store, "seller_sku": row.seller_sku, "orders": row.orders, "reason": row.reason}
        for row in runtime.database.read(mappings.unmatched, stores=names)
    ]


def print_skus(rows: Sequence[Mapping[str, Any]], *, unmatched: bool) -> None:
    """Mappings or unmatched SKUs as a table."""
    console = output.people()
    if not rows:
        console.print("No order waits for a SKU." if unmatched else "No SKU is mapped by hand.")
        return
    last = "#Orders" if unmatched else "Variant"
    shown = output.table("Store", "Seller SKU", last)
    for row in rows:
        shown.add_row(
            cell(row["store"]), cell(row["seller_sku"]), cell(row.get("orders", row.get("variant_id")))
        )
    console.print(shown)
    if unmatched:
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

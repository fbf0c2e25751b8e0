"""SKU mappings, unmatched SKUs and suggestions for people and scripts."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.cli import output
from connector.cli.output import cell
from connector.ledger import mappings
from connector.runtime import Runtime
from models.times import isoformat


def sku_rows(runtime: Runtime, names: Sequence[str] | None, *, unmatched: bool) -> list[dict[str, Any]]:
    """SKUs that orders are blocked for, most wanted first, then those mapped by hand (unless `unmatched`)."""
    wanted = [_wanted(each) for each in runtime.database.read(mappings.unmatched, stores=names)]
    if unmatched:
        return wanted
    return wanted + [_mapped(each) for each in runtime.database.read(mappings.list_mappings, stores=names)]


def _wanted(row: mappings.UnmatchedSku) -> dict[str, Any]:
    return {
        "store": row.store,
        "seller_sku": row.seller_sku,
        "orders": row.orders,
        "reason": row.reason,
        "variant_id": None,
        "mapped_at": None,
    }


def _mapped(row: mappings.Mapping) -> dict[str, Any]:
    return {
        "store": row.store,
        "seller_sku": row.seller_sku,
        "orders": 0,
        "reason": None,
        "variant_id": row.variant_id,
        "mapped_at": isoformat(row.created_at),
    }


def print_skus(rows: Sequence[Mapping[str, Any]], *, unmatched: bool) -> None:
    """SKUs as a table."""
    console = output.people()
    if not rows:
        console.print(
            "No order waits for a SKU." if unmatched else "No SKU is mapped, and no order waits for one."
        )
        return
    shown = output.table("Store", "Seller SKU", "#Orders waiting", "Why", "Mapped to")
    for row in rows:
        texts = [cell(row["store"]), cell(row["seller_sku"])]
        shown.add_row(*texts, f"{row['orders']:,}", cell(row["reason"]), cell(row["variant_id"]))
    console.print(shown)
    if any(row["orders"] for row in rows):
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

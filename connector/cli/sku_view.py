"""SKU mappings, unmatched SKUs and suggestions for people and scripts."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.cli import output
from connector.cli.output import cell
from connector.ledger import mappings, stores
from connector.runtime import Runtime
from connector.services.sku_suggestions import suggest
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


def suggestion_rows(
    runtime: Runtime, names: Sequence[str] | None, seller_sku: str, limit: int
) -> list[dict[str, Any]]:
    """The variants most like a seller SKU, up to `limit` for each store."""
    return [
        {
            "store": row.name,
            "variant_id": found.candidate.variant_id,
            "sku": found.candidate.sku,
            "title": found.candidate.title,
            "price": found.candidate.price,
            "likeness": round(found.likeness, 3),
            "evidence": list(found.evidence),
        }
        for row in runtime.database.read(stores.list_stores, names=names)
        for found in runtime.database.read(suggest, store_id=row.id, seller_sku=seller_sku, limit=limit)
    ]


def print_suggestions(rows: Sequence[Mapping[str, Any]]) -> None:
    """Suggested variants as a table, the likeliest first."""
    console = output.people()
    if not rows:
        console.print("Nothing alike is in the local index; connector catalog refreshes it.")
        return
    shown = output.table("Store", "SKU", "Title", "#Price", "#Likeness", "Why", "Variant")
    for row in rows:
        likeness = f"{row['likeness']:.0%}"
        texts = [cell(row[name]) for name in ("store", "sku", "title", "price")]
        shown.add_row(*texts, likeness, cell(", ".join(row["evidence"])), cell(row["variant_id"]))
    console.print(shown)

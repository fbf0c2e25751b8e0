"""Finds the variant that is meant, and maps a seller SKU to it."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.cli.suggest import Candidate, most_alike
from connector.errors import UsageError
from connector.ledger import mappings, stores, variants
from connector.ledger.stores import StoreRow
from connector.ledger.tables import VARIANTS
from connector.mapping.skus import VariantFacts, sku_key
from connector.runtime import Runtime

_GID = re.compile(r"gid://shopify/ProductVariant/\d{1,20}")


def map_sku(runtime: Runtime, store: str, seller_sku: str, variant: str) -> dict[str, Any]:
    """Map a seller SKU; raises UsageError when the variant is not known or not one alone."""
    row = runtime.database.read(stores.get_store, name=store)
    variant_id = _gid(variant) or _the_one(runtime, row, variant).variant_id
    freed = runtime.database.call(
        mappings.map_sku,
        store_id=row.id,
        seller_sku=seller_sku,
        variant_id=variant_id,
        now=runtime.clock.now(),
    )
    return {"store": store, "seller_sku": seller_sku, "variant_id": variant_id, "freed": freed}


def unmap_sku(runtime: Runtime, store: str, seller_sku: str) -> dict[str, Any]:
    """Take a mapping back; raises UsageError when there is none."""
    row = runtime.database.read(stores.get_store, name=store)
    if not runtime.database.call(mappings.unmap_sku, store_id=row.id, seller_sku=seller_sku):
        raise UsageError(
            f"{seller_sku!r} is not mapped by hand in store {store}; connector sku list shows what is."
        )
    return {"store": store, "seller_sku": seller_sku, "unmapped": True}


def suggest_variants(
    runtime: Runtime, names: Sequence[str] | None, seller_sku: str, limit: int
) -> list[dict[str, Any]]:
    """The variants most like a seller SKU, up to `limit` for each store."""
    rows = runtime.database.read(stores.list_stores, names=names)
    return [
        {
            "store": row.name,
            "variant_id": candidate.variant_id,
            "sku": candidate.sku,
            "title": candidate.title,
            "likeness": round(likeness, 3),
        }
        for row in rows
        for likeness, candidate in runtime.database.read(
            _most_alike, store_id=row.id, seller_sku=seller_sku, limit=limit
        )
    ]


def _most_alike(
    session: Session, *, store_id: int, seller_sku: str, limit: int
) -> list[tuple[float, Candidate]]:
    query = select(VARIANTS.c.variant_id, VARIANTS.c.sku, VARIANTS.c.title).where(
        VARIANTS.c.store_id == store_id
    )
    found = session.execute(query.execution_options(yield_per=1000))
    return most_alike(seller_sku, (Candidate(*row) for row in found), limit)


def _gid(variant: str) -> str | None:
    """The words as a variant's gid; None when they are a SKU."""
    if _GID.fullmatch(variant):
        return variant
    if variant.startswith("gid:"):
        raise UsageError(
            f"{variant[:80]!r} is not a variant's gid; it looks like gid://shopify/ProductVariant/1."
        )
    return None


def _the_one(runtime: Runtime, store: StoreRow, sku: str) -> VariantFacts:
    """The variant with this SKU; Shopify is asked when the local index does not know it."""
    found = _with_sku(runtime, store, sku)
    if not found:
        asyncio.run(_ask_shopify(runtime, store, sku))
        found = _with_sku(runtime, store, sku)
    if not found:
        raise UsageError(
            f"No variant of store {store.name} has the SKU {sku!r}; connector sku suggest shows similar ones."
        )
    if len(found) > 1:
        ids = ", ".join(facts.variant_id for facts in found)
        raise UsageError(
            f"{len(found)} variants have the SKU {sku!r}; name the one that is meant by its gid: {ids}."
        )
    return found[0]


def _with_sku(runtime: Runtime, store: StoreRow, sku: str) -> Sequence[VariantFacts]:
    index = runtime.database.read(variants.find_variants, store_id=store.id, skus=[sku])
    return index.exact.get(sku) or index.by_key.get(sku_key(sku), [])


async def _ask_shopify(runtime: Runtime, store: StoreRow, sku: str) -> None:
    from connector.services.session import open_session
    from connector.services.variants import ask_shopify

    async with open_session(runtime, store, "sku") as session:
        await ask_shopify(session, [sku])

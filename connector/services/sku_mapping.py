"""A person says that a TikTok seller SKU is a Shopify variant: the one that is meant is found and noted."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from connector.errors import UsageError
from connector.ledger import mappings, stores, variants
from connector.ledger.stores import StoreRow
from connector.mapping.skus import VariantFacts, sku_key
from connector.runtime import Runtime
from connector.services.session import open_session
from connector.services.variants import ask_shopify

LONGEST_SKU = 500
_GID = re.compile(r"gid://shopify/ProductVariant/\d{1,20}")


@dataclass(frozen=True, slots=True)
class Mapped:
    """What was mapped, and how many orders that freed."""

    store: str
    seller_sku: str
    variant_id: str
    freed: int

    def to_json(self) -> dict[str, Any]:
        """The stable JSON shape of a mapping just made."""
        return asdict(self)


async def map_sku(runtime: Runtime, *, store: str, seller_sku: str, variant: str) -> Mapped:
    """Map a seller SKU to a variant, named by its SKU or gid; every order that waited for it becomes due.

    Raises UsageError when the store or the variant is not known, or the variant not one alone, and the
    errors of Shopify when it has to be asked.
    """
    row = await runtime.database.run_read(stores.get_store, name=store)
    variant_id = _gid(variant) or (await _the_one(runtime, row, variant)).variant_id
    freed = await runtime.database.run(
        mappings.map_sku,
        store_id=row.id,
        seller_sku=seller_sku,
        variant_id=variant_id,
        now=runtime.clock.now(),
    )
    return Mapped(store, seller_sku, variant_id, freed)


def unmap_sku(runtime: Runtime, *, store: str, seller_sku: str) -> None:
    """Take a mapping back; raises UsageError when there is none."""
    row = runtime.database.read(stores.get_store, name=store)
    if not runtime.database.call(mappings.unmap_sku, store_id=row.id, seller_sku=seller_sku):
        raise UsageError(
            f"{seller_sku!r} is not mapped by hand in store {store}; connector sku list shows what is."
        )


def _gid(variant: str) -> str | None:
    """The words as a variant's gid; None when they are a SKU."""
    if _GID.fullmatch(variant):
        return variant
    if variant.startswith("gid:"):
        raise UsageError(
            f"{variant[:80]!r} is not a variant's gid; it looks like gid://shopify/ProductVariant/1."
        )
    return None


async def _the_one(runtime: Runtime, store: StoreRow, sku: str) -> VariantFacts:
    """The variant with this SKU; Shopify is asked when the local index does not know it."""
    found = await _with_sku(runtime, store, sku)
    if not found:
        async with open_session(runtime, store, "sku") as session:
            await ask_shopify(session, [sku])
        found = await _with_sku(runtime, store, sku)
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


async def _with_sku(runtime: Runtime, store: StoreRow, sku: str) -> Sequence[VariantFacts]:
    index = await runtime.database.run_read(variants.find_variants, store_id=store.id, skus=[sku])
    return index.exact.get(sku) or index.by_key.get(sku_key(sku), [])

"""The Shopify variants that may fit the SKUs of a batch: from the index, and asked for where it has none."""

from collections.abc import Iterable

from connector.ledger import variants
from connector.mapping.matching import VariantIndex
from connector.mapping.skus import sku_key
from connector.services.session import StoreSession


async def index_for(session: StoreSession, skus: Iterable[str]) -> VariantIndex:
    """Variants and mappings for these seller SKUs.

    A SKU that the index does not know is asked of Shopify once per run, so that a product made since the last
    catalogue refresh is found.
    """
    wanted = {sku for sku in skus if sku.strip()}
    index = await _read(session, wanted)
    unknown = {sku for sku in wanted if not _knows(index, sku)} - session.absent_skus
    if not unknown:
        return index
    await ask_shopify(session, unknown)
    return await _read(session, wanted)


async def ask_shopify(session: StoreSession, skus: Iterable[str]) -> None:
    """Make the index right for these SKUs: what Shopify has is stored, what it no longer has is dropped."""
    asked = sorted(skus)
    rows = await session.shopify.variants_by_sku(asked)
    await session.database.run(
        variants.refresh_skus,
        store_id=session.store.id,
        skus=asked,
        rows=rows,
        now=session.clock.now(),
    )
    session.absent_skus |= set(asked) - {row.sku for row in rows}


async def _read(session: StoreSession, skus: set[str]) -> VariantIndex:
    return await session.database.run(variants.find_variants, store_id=session.store.id, skus=sorted(skus))


def _knows(index: VariantIndex, sku: str) -> bool:
    return sku in index.mapped or sku in index.exact or sku_key(sku) in index.by_key

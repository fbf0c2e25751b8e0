"""The local index of a store's variants, renewed as a whole."""

from connector.ledger import outcomes, variants
from connector.services.session import StoreSession
from models.state import ReasonCode

_SKU_REASONS = [ReasonCode.SKU_UNMATCHED.value, ReasonCode.SKU_AMBIGUOUS.value]


async def refresh_catalog(session: StoreSession) -> None:
    """Load the whole catalogue, replace the index, and let orders go on whose SKU may match now.

    The index stays as it was unless every variant has arrived.
    """
    rows = [row async for row in session.shopify.catalog()]
    now = session.clock.now()
    changed = await session.database.run(
        variants.replace_catalog, store_id=session.store.id, rows=rows, run_at=now
    )
    session.result.found = len(rows)
    session.result.updated = len(changed)
    await session.database.run(
        outcomes.free_blocked,
        store_id=session.store.id,
        now=now,
        reasons=_SKU_REASONS,
        sku_keys=changed,
    )

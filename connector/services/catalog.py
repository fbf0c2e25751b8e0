"""The local index of a store's variants, renewed as a whole."""

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from connector.ledger import outcomes, rematching, variants
from connector.services.session import StoreSession
from connector.shopify.results import VariantRow


async def refresh_catalog(session: StoreSession) -> None:
    """Load the whole catalogue, replace the index, and let orders go on whose SKU has another answer now.

    The index stays as it was unless every variant has arrived.
    """
    store_id = session.store.id
    rows = [row async for row in session.shopify.catalog()]
    now = session.clock.now()
    changed = await session.database.run(_replace, store_id=store_id, rows=rows, now=now)
    session.result.found = len(rows)
    session.result.updated = len(changed)
    freed = await session.database.run_read(rematching.freed_by, store_id=store_id, keys=changed)
    if freed:
        await session.database.run(
            outcomes.free_blocked, store_id=store_id, now=now, order_ids=freed, source="catalog"
        )


def _replace(session: Session, *, store_id: int, rows: list[VariantRow], now: datetime) -> set[str]:
    before: Counter[str] = rematching.sku_counts(session, store_id=store_id)
    variants.replace_catalog(session, store_id=store_id, rows=rows, run_at=now)
    return rematching.changed_keys(before, rematching.sku_counts(session, store_id=store_id))

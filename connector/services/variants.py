"""The Shopify variants that may fit the SKUs of a batch: from the index, and asked for where it has none."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from connector.ledger import outcomes, rematching, variants
from connector.mapping.matching import Match, VariantIndex, match_order, skus_needed
from connector.mapping.skus import VariantFacts, sku_key
from connector.services.batch import Candidate
from connector.services.session import StoreSession
from connector.shopify.results import VariantRow


async def index_for(session: StoreSession, skus: Iterable[str]) -> VariantIndex:
    """Variants and mappings for these seller SKUs.

    A SKU that the index does not know is asked of Shopify once per run, so that a product made since the last
    catalogue refresh is found.
    """
    wanted = {sku for sku in skus if sku.strip()}
    index = await _read(session, wanted)
    unknown = {sku for sku in wanted if not knows(index, sku)} - session.absent_skus
    if not unknown:
        return index
    await ask_shopify(session, unknown)
    return await _read(session, wanted)


async def ask_shopify(session: StoreSession, skus: Iterable[str]) -> None:
    """Make the index right for these SKUs: what Shopify has is stored, what it no longer has is dropped.

    Orders blocked for one of them go on at once: a later catalogue refresh finds nothing new in the index.
    """
    asked = sorted(skus)
    rows = await session.shopify.variants_by_sku(asked)
    await session.database.run(
        _renew, store_id=session.store.id, skus=asked, rows=rows, now=session.clock.now()
    )
    session.absent_skus |= set(asked) - {row.sku for row in rows}


def _renew(
    session: Session, *, store_id: int, skus: Sequence[str], rows: Sequence[VariantRow], now: datetime
) -> None:
    keys = {sku_key(sku) for sku in skus}
    before = rematching.sku_counts(session, store_id=store_id, keys=keys)
    variants.refresh_skus(session, store_id=store_id, skus=skus, rows=rows, now=now)
    after = rematching.sku_counts(session, store_id=store_id, keys=keys)
    freed = rematching.freed_by(session, store_id=store_id, keys=rematching.changed_keys(before, after))
    if freed:
        outcomes.free_blocked(session, store_id=store_id, now=now, order_ids=freed, source="catalog")


async def free_if_mapped_meanwhile(session: StoreSession, blocked: Sequence[Candidate]) -> None:
    """Free orders that match by now: a mapping made while they were held could not free them itself."""
    skus = {sku for each in blocked if each.order is not None for sku in skus_needed(each.order)}
    if not skus:
        return
    index = await _read(session, skus)
    matching = [
        each.claimed.tiktok_order_id
        for each in blocked
        if each.order is not None and isinstance(match_order(each.order, index), Match)
    ]
    if matching:
        await session.database.run(
            outcomes.free_blocked,
            store_id=session.store.id,
            now=session.clock.now(),
            order_ids=matching,
            source=session.source,
        )


async def _read(session: StoreSession, skus: set[str]) -> VariantIndex:
    return await session.database.run_read(
        variants.find_variants, store_id=session.store.id, skus=sorted(skus)
    )


def knows(index: VariantIndex, sku: str) -> bool:
    """Whether the index has any answer for a seller SKU."""
    return sku in index.mapped or sku in index.exact or sku_key(sku) in index.by_key


def with_rows(index: VariantIndex, rows: Sequence[VariantRow]) -> VariantIndex:
    """The index with further variants as Shopify described them."""
    exact: dict[str, list[VariantFacts]] = {sku: list(facts) for sku, facts in index.exact.items()}
    by_key: dict[str, list[VariantFacts]] = {key: list(facts) for key, facts in index.by_key.items()}
    for row in rows:
        facts = VariantFacts(row.variant_id, row.sku, Decimal(row.price), row.taxable)
        exact.setdefault(row.sku, []).append(facts)
        by_key.setdefault(sku_key(row.sku), []).append(facts)
    return VariantIndex(exact=exact, by_key=by_key, mapped=index.mapped)

"""The local index of Shopify variants that orders are matched by."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from connector.ledger.tables import MAPPINGS, STORES, VARIANTS
from connector.ledger.upserts import insert_or_update
from connector.mapping.skus import VariantFacts, VariantIndex, sku_key
from models.text import storable

_CHUNK = 500


class CatalogRow(Protocol):
    """A variant as Shopify describes it; `price` is a decimal string in the shop's currency."""

    @property
    def variant_id(self) -> str: ...
    @property
    def product_id(self) -> str: ...
    @property
    def sku(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def price(self) -> str: ...
    @property
    def taxable(self) -> bool: ...
    @property
    def product_status(self) -> str: ...


def replace_catalog(session: Session, *, store_id: int, rows: Iterable[CatalogRow], run_at: datetime) -> int:
    """Make the index exactly these rows; gives how many.

    Variants that are not among them go in the same transaction, so a catalogue that breaks off midway (an
    exception out of `rows`) leaves the index as it was.
    """
    count = upsert_variants(session, store_id=store_id, rows=rows, now=run_at)
    session.execute(delete(VARIANTS).where(VARIANTS.c.store_id == store_id, VARIANTS.c.seen_at < run_at))
    session.execute(STORES.update().where(STORES.c.id == store_id).values(catalog_refreshed_at=run_at))
    return count


def upsert_variants(session: Session, *, store_id: int, rows: Iterable[CatalogRow], now: datetime) -> int:
    """Add or renew variants; gives how many rows were given."""
    count = 0
    for chunk in _chunks(rows):
        count += len(chunk)
        _upsert(session, [_row(store_id, row, now) for row in chunk])
    return count


def refresh_skus(
    session: Session, *, store_id: int, skus: Sequence[str], rows: Sequence[CatalogRow], now: datetime
) -> None:
    """Make the index right for these SKUs: `rows` are all variants Shopify has for them now."""
    upsert_variants(session, store_id=store_id, rows=rows, now=now)
    kept = {row.variant_id for row in rows}
    known = session.execute(
        select(VARIANTS.c.id, VARIANTS.c.variant_id).where(
            VARIANTS.c.store_id == store_id, VARIANTS.c.sku_key.in_([sku_key(sku) for sku in skus])
        )
    ).all()
    gone = [row.id for row in known if row.variant_id not in kept]
    if gone:
        session.execute(delete(VARIANTS).where(VARIANTS.c.id.in_(gone)))


def replace_product(
    session: Session, *, store_id: int, product_id: str, rows: Sequence[CatalogRow], now: datetime
) -> None:
    """Make the index right for one product: `rows` are all its variants now, none when it is gone."""
    upsert_variants(session, store_id=store_id, rows=rows, now=now)
    gone = (
        VARIANTS.c.store_id == store_id,
        VARIANTS.c.product_id == product_id,
        VARIANTS.c.variant_id.not_in([row.variant_id for row in rows]),
    )
    session.execute(delete(VARIANTS).where(*gone))


def keys_of_product(session: Session, *, store_id: int, product_id: str) -> set[str]:
    """The SKUs the index has for a product, in the form they are compared by."""
    query = select(VARIANTS.c.sku_key).where(
        VARIANTS.c.store_id == store_id, VARIANTS.c.product_id == product_id
    )
    return {key for key in session.scalars(query) if key}


def key_of(row: CatalogRow) -> str:
    """The SKU of a variant in the form SKUs are compared by; empty when it has none."""
    return sku_key(storable(row.sku))


def find_variants(session: Session, *, store_id: int, skus: Sequence[str]) -> VariantIndex:
    """The variants that equal these seller SKUs, exactly or by key, and those people mapped them to."""
    exact: dict[str, list[VariantFacts]] = defaultdict(list)
    by_key: dict[str, list[VariantFacts]] = defaultdict(list)
    mapped: dict[str, VariantFacts] = {}
    for start in range(0, len(skus), _CHUNK):
        wanted = list(skus[start : start + _CHUNK])
        for row in session.execute(_equal(store_id, wanted)):
            facts = _facts(row)
            exact[row.sku].append(facts)
            by_key[row.sku_key].append(facts)
        # A mapping written without the spaces around a SKU means it all the same.
        trimmed = {sku.strip() for sku in wanted}
        for row in session.execute(_mapped(store_id, sorted(trimmed.union(wanted)))):
            mapped[row.seller_sku] = _facts(row)
    return VariantIndex(exact=dict(exact), by_key=dict(by_key), mapped=mapped)


def forget(session: Session, *, store_id: int) -> None:
    """Drop the index and the mappings: the store is paired with another Shopify store from now on."""
    session.execute(delete(VARIANTS).where(VARIANTS.c.store_id == store_id))
    session.execute(delete(MAPPINGS).where(MAPPINGS.c.store_id == store_id))


def duplicate_skus(session: Session, *, store_id: int) -> list[str]:
    """SKUs that more than one variant carries, in the form they are compared by."""
    query = (
        select(VARIANTS.c.sku_key)
        .where(VARIANTS.c.store_id == store_id, VARIANTS.c.sku_key != "")
        .group_by(VARIANTS.c.sku_key)
        .having(func.count() > 1)
        .order_by(VARIANTS.c.sku_key)
    )
    return list(session.scalars(query))


def count_variants(session: Session, *, store_id: int) -> int:
    """How many variants the index holds."""
    query = select(func.count()).where(VARIANTS.c.store_id == store_id)
    return session.scalar(query) or 0


def _equal(store_id: int, skus: Sequence[str]) -> Any:
    keys = {key for key in map(sku_key, skus) if key}
    return select(VARIANTS).where(VARIANTS.c.store_id == store_id, VARIANTS.c.sku_key.in_(keys))


def _mapped(store_id: int, skus: Sequence[str]) -> Any:
    # A mapped variant counts even before the catalogue knows it: a person said so.
    variant = (VARIANTS.c.store_id == MAPPINGS.c.store_id) & (VARIANTS.c.variant_id == MAPPINGS.c.variant_id)
    return (
        select(
            MAPPINGS.c.seller_sku,
            MAPPINGS.c.variant_id,
            func.coalesce(VARIANTS.c.sku, "").label("sku"),
            func.coalesce(VARIANTS.c.price, "0").label("price"),
            func.coalesce(VARIANTS.c.taxable, True).label("taxable"),
        )
        .outerjoin(VARIANTS, variant)
        .where(MAPPINGS.c.store_id == store_id, MAPPINGS.c.seller_sku.in_(skus))
    )


def _facts(row: Any) -> VariantFacts:
    return VariantFacts(row.variant_id, row.sku, _price(row.price), bool(row.taxable))


def _price(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _row(store_id: int, row: CatalogRow, now: datetime) -> dict[str, Any]:
    return {
        "store_id": store_id,
        "variant_id": storable(row.variant_id, 128),
        "product_id": storable(row.product_id, 128),
        "sku": storable(row.sku),
        "sku_key": sku_key(storable(row.sku)),
        "title": storable(row.title),
        "price": row.price,
        "taxable": row.taxable,
        "product_status": row.product_status,
        "seen_at": now,
    }


def _upsert(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    key = ["store_id", "variant_id"]
    changed = [name for name in rows[0] if name not in key]
    session.execute(
        insert_or_update(session, VARIANTS, key, changed),
        list({row["variant_id"]: row for row in rows}.values()),
    )


def _chunks(rows: Iterable[CatalogRow]) -> Iterator[list[CatalogRow]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk

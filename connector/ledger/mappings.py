"""What people say about SKUs: this TikTok seller SKU is that Shopify variant."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from connector.ledger.freeing import free_blocked
from connector.ledger.tables import LINES, MAPPINGS, ORDERS, STORES, VARIANTS
from models.state import OrderState, ReasonCode

FREED_BY_MAPPING = (ReasonCode.SKU_UNMATCHED, ReasonCode.SKU_AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class SkuRow:
    """A TikTok seller SKU, what it is mapped to, and how many orders wait for it."""

    store: str
    seller_sku: str
    sku_name: str
    product_name: str
    variant_id: str | None
    variant_sku: str | None
    waiting_orders: int


def map_sku(session: Session, *, store_id: int, seller_sku: str, variant_id: str, now: datetime) -> int:
    """Map a seller SKU, in place of what it was mapped to; gives how many waiting orders that freed."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(MAPPINGS).values(
        store_id=store_id, seller_sku=seller_sku, variant_id=variant_id, created_at=now
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["store_id", "seller_sku"],
            set_={"variant_id": variant_id, "created_at": now},
        )
    )
    return free_blocked(
        session,
        store_id=store_id,
        now=now,
        reasons=FREED_BY_MAPPING,
        seller_skus=[seller_sku],
        source="sku_mapping",
    )


def unmap_sku(session: Session, *, store_id: int, seller_sku: str) -> bool:
    """Take a mapping back; False when there was none."""
    removed = session.execute(
        delete(MAPPINGS)
        .where(MAPPINGS.c.store_id == store_id, MAPPINGS.c.seller_sku == seller_sku)
        .returning(MAPPINGS.c.id)
    )
    return removed.first() is not None


def list_skus(session: Session, *, store_id: int | None = None, unmatched_only: bool = False) -> list[SkuRow]:
    """SKUs orders are blocked for, most wanted first; then the mapped ones unless `unmatched_only`."""
    unmatched = _unmatched(session, store_id)
    if unmatched_only:
        return unmatched
    known = {(row.store, row.seller_sku) for row in unmatched}
    return unmatched + [row for row in _mapped(session, store_id) if (row.store, row.seller_sku) not in known]


def _unmatched(session: Session, store_id: int | None) -> list[SkuRow]:
    """SKUs without a variant in blocked orders."""
    orders = func.count(ORDERS.c.id.distinct())
    query = (
        select(
            STORES.c.name,
            LINES.c.seller_sku,
            func.max(LINES.c.sku_name),
            func.max(LINES.c.product_name),
            func.max(MAPPINGS.c.variant_id),
            func.max(VARIANTS.c.sku),
            orders,
        )
        .select_from(ORDERS)
        .join(LINES, LINES.c.order_id == ORDERS.c.id)
        .join(STORES, STORES.c.id == ORDERS.c.store_id)
        .outerjoin(
            MAPPINGS,
            (MAPPINGS.c.store_id == LINES.c.store_id) & (MAPPINGS.c.seller_sku == LINES.c.seller_sku),
        )
        .outerjoin(
            VARIANTS,
            (VARIANTS.c.store_id == MAPPINGS.c.store_id) & (VARIANTS.c.variant_id == MAPPINGS.c.variant_id),
        )
        .where(
            ORDERS.c.state == OrderState.BLOCKED.value,
            ORDERS.c.reason_code.in_([str(code) for code in FREED_BY_MAPPING]),
            LINES.c.variant_id.is_(None),
            LINES.c.seller_sku != "",
        )
        .group_by(STORES.c.name, LINES.c.seller_sku)
        .order_by(orders.desc(), STORES.c.name, LINES.c.seller_sku)
    )
    if store_id is not None:
        query = query.where(ORDERS.c.store_id == store_id)
    return [SkuRow(*tuple(row)) for row in session.execute(query)]


def _mapped(session: Session, store_id: int | None) -> list[SkuRow]:
    line = (LINES.c.store_id == MAPPINGS.c.store_id) & (LINES.c.seller_sku == MAPPINGS.c.seller_sku)
    variant = (VARIANTS.c.store_id == MAPPINGS.c.store_id) & (VARIANTS.c.variant_id == MAPPINGS.c.variant_id)
    query = (
        select(
            STORES.c.name,
            MAPPINGS.c.seller_sku,
            func.coalesce(func.max(LINES.c.sku_name), ""),
            func.coalesce(func.max(LINES.c.product_name), ""),
            func.max(MAPPINGS.c.variant_id),
            func.max(VARIANTS.c.sku),
            literal(0),
        )
        .select_from(MAPPINGS)
        .join(STORES, STORES.c.id == MAPPINGS.c.store_id)
        .outerjoin(LINES, line)
        .outerjoin(VARIANTS, variant)
        .group_by(STORES.c.name, MAPPINGS.c.seller_sku)
        .order_by(STORES.c.name, MAPPINGS.c.seller_sku)
    )
    if store_id is not None:
        query = query.where(MAPPINGS.c.store_id == store_id)
    return [SkuRow(*tuple(row)) for row in session.execute(query)]

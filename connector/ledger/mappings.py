"""What people say about SKUs: this TikTok seller SKU is that Shopify variant."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from connector.ledger.freeing import free_blocked
from connector.ledger.naming import named_skus, names_all
from connector.ledger.rematching import freed_by
from connector.ledger.tables import LINES, MAPPINGS, ORDERS, STORES, state_is
from connector.ledger.upserts import insert_or_update
from connector.mapping.skus import sku_key
from models.state import OrderState, ReasonCode

_SKU_REASONS = (ReasonCode.SKU_UNMATCHED.value, ReasonCode.SKU_AMBIGUOUS.value)
_SOURCE = "sku_mapping"


@dataclass(frozen=True, slots=True)
class Mapping:
    """A manual mapping of a store."""

    store: str
    seller_sku: str
    variant_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UnmatchedSku:
    """A seller SKU that blocked orders wait for, how many, and whether it is unmatched or ambiguous."""

    store: str
    seller_sku: str
    orders: int
    reason: str


def map_sku(session: Session, *, store_id: int, seller_sku: str, variant_id: str, now: datetime) -> int:
    """Map a seller SKU, in place of what it was mapped to; gives how many waiting orders that freed.

    Freed are orders with this SKU on a line, and those whose reason names it, as for a bundle's component.
    """
    statement = insert_or_update(session, MAPPINGS, ["store_id", "seller_sku"], ["variant_id", "created_at"])
    session.execute(
        statement.values(store_id=store_id, seller_sku=seller_sku, variant_id=variant_id, created_at=now)
    )
    where: dict[str, Any] = {"store_id": store_id, "now": now, "reasons": _SKU_REASONS, "source": _SOURCE}
    freed = free_blocked(session, **where, seller_skus=[seller_sku])
    named = freed_by(session, store_id=store_id, keys={sku_key(seller_sku)})
    return freed + free_blocked(session, **where, order_ids=named)


def unmap_sku(session: Session, *, store_id: int, seller_sku: str) -> bool:
    """Take a mapping back; False when there was none."""
    removed = session.execute(
        delete(MAPPINGS)
        .where(MAPPINGS.c.store_id == store_id, MAPPINGS.c.seller_sku == seller_sku)
        .returning(MAPPINGS.c.id)
    )
    return removed.first() is not None


def list_mappings(session: Session, *, stores: Sequence[str] | None = None) -> list[Mapping]:
    """The manual mappings, of the named stores only where given."""
    query = (
        select(STORES.c.name, MAPPINGS.c.seller_sku, MAPPINGS.c.variant_id, MAPPINGS.c.created_at)
        .join(STORES, STORES.c.id == MAPPINGS.c.store_id)
        .order_by(STORES.c.name, MAPPINGS.c.seller_sku)
    )
    if stores:
        query = query.where(STORES.c.name.in_(stores))
    return [Mapping(*tuple(row)) for row in session.execute(query)]


def unmatched(session: Session, *, stores: Sequence[str] | None = None) -> list[UnmatchedSku]:
    """The SKUs that blocked orders wait for, most wanted first."""
    query = (
        select(ORDERS.c.id, STORES.c.name, ORDERS.c.reason_code, ORDERS.c.reason_detail)
        .join(STORES, STORES.c.id == ORDERS.c.store_id)
        .where(state_is(OrderState.BLOCKED), ORDERS.c.reason_code.in_(_SKU_REASONS))
    )
    if stores:
        query = query.where(STORES.c.name.in_(stores))
    wanted: Counter[tuple[str, str, str]] = Counter()
    for row in session.execute(query).all():
        detail = row.reason_detail or ""
        skus = named_skus(detail) if names_all(detail) else _skus_of(session, row.id)
        wanted.update((row.name, sku, row.reason_code) for sku in set(skus))
    rows = [UnmatchedSku(store, sku, count, reason) for (store, sku, reason), count in wanted.items()]
    return sorted(rows, key=lambda row: (-row.orders, row.store, row.seller_sku))


def _skus_of(session: Session, order_pk: int) -> list[str]:
    query = select(LINES.c.seller_sku).where(LINES.c.order_id == order_pk, LINES.c.seller_sku != "")
    return list(session.scalars(query))

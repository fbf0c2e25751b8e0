"""What a store's rows show of its health."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.ledger.tables import LINES, MAPPINGS, ORDERS, VARIANTS
from models.state import OrderState, ReasonCode

_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """Rows that hint at a fault in how the two shops are set up."""

    duplicate_skus: list[str]
    """Seller SKUs of orders that several variants have and no mapping decides; at most 50 of them."""
    foreign_currency_orders: int
    """Orders that are blocked because the Shopify store does not sell in their currency."""


def store_health(session: Session, *, store_id: int) -> StoreHealth:
    """The health of one store's rows."""
    double = (
        select(VARIANTS.c.sku)
        .where(VARIANTS.c.store_id == store_id, VARIANTS.c.sku != "")
        .group_by(VARIANTS.c.sku)
        .having(func.count() > 1)
    )
    decided = select(MAPPINGS.c.seller_sku).where(MAPPINGS.c.store_id == store_id)
    ordered = (
        select(LINES.c.seller_sku)
        .where(
            LINES.c.store_id == store_id, LINES.c.seller_sku.in_(double), LINES.c.seller_sku.not_in(decided)
        )
        .distinct()
        .order_by(LINES.c.seller_sku)
        .limit(_MOST_NAMED)
    )
    foreign = select(func.count()).where(
        ORDERS.c.store_id == store_id,
        ORDERS.c.state == OrderState.BLOCKED,
        ORDERS.c.reason_code == ReasonCode.CURRENCY_UNSUPPORTED,
    )
    return StoreHealth(list(session.scalars(ordered)), session.scalar(foreign) or 0)

"""Orders and stores for the ledger's tests, wire-shaped and small."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from connector.ledger import claims, outcomes, records, stores
from connector.ledger.claims import ClaimedOrder
from connector.ledger.database import Database
from connector.ledger.outcomes import Created, Outcome
from connector.ledger.records import PageCounts
from connector.ledger.stores import StoreRow
from models.order_settings import OrderSettings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLACED = 1_763_600_000
"""20 November 2025 in Unix seconds: when the orders of these tests were placed unless they say otherwise."""

USABLE = {
    "name": "Ana García",
    "first_name": "Ana",
    "last_name": "García",
    "region_code": "US",
    "postal_code": "90001",
    "address_line1": "1 Main Street",
    "phone_number": "(+1)2135550123",
    "district_info": [{"address_level": "L1", "address_name": "California", "iso_code": "CA"}],
}
MASKED = {
    **USABLE,
    "name": "A** G*****",
    "first_name": "A**",
    "last_name": "G*****",
    "address_line1": "1 M***",
}


def raw_order(order_id: str = "5764001", **changes: Any) -> dict[str, Any]:
    """A paid order of one unit that awaits shipment; `changes` replace its fields."""
    order: dict[str, Any] = {
        "id": order_id,
        "status": "AWAITING_SHIPMENT",
        "create_time": PLACED,
        "update_time": PLACED + 60,
        "paid_time": PLACED + 30,
        "is_on_hold_order": True,
        "shipping_type": "TIKTOK",
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "payment": {"currency": "USD", "total_amount": "12.50", "sub_total": "12.50"},
        "recipient_address": USABLE,
        "line_items": [raw_unit()],
    }
    return {**order, **changes}


def raw_unit(sku: str = "SKU-1", **changes: Any) -> dict[str, Any]:
    """One unit of a SKU."""
    return {
        "id": f"unit-{sku}",
        "sku_id": f"id-{sku}",
        "seller_sku": sku,
        "sku_name": "Red",
        "product_id": "p-1",
        "product_name": "Café mug",
        "sale_price": "12.50",
        "display_status": "AWAITING_SHIPMENT",
        **changes,
    }


def add_store(db: Database, name: str = "us", **changes: Any) -> StoreRow:
    """A connected store; settings of its orders are given as `settings`."""
    settings = changes.pop("settings", OrderSettings())
    values = {
        "name": name,
        "connected_at": NOW,
        "start_from": datetime(2020, 1, 1, tzinfo=UTC),
        "doubt_before": datetime(2020, 1, 1, tzinfo=UTC),
        "tiktok_base_url": "https://tiktok.example",
        "tiktok_auth_url": "https://auth.example",
        "tiktok_shop_id": f"shop-{name}",
        "shopify_base_url": "https://shopify.example",
        "shopify_domain": f"{name}.example",
        "shopify_api_version": "2026-10",
        **changes,
    }
    return db.call(stores.add_store, values=values, settings=settings)


def record(db: Database, store: StoreRow, *orders: object, **changes: Any) -> PageCounts:
    """Record a page as a scheduled sync does."""
    options = {"source": "sync", "now": NOW, "scheduled": True, **changes}
    return db.call(records.record_page, store=store, orders=list(orders), **options)


def claim(db: Database, store: StoreRow, owner: str = "worker", **changes: Any) -> list[ClaimedOrder]:
    """Claim what is due."""
    options = {"now": NOW, "limit": 100, **changes}
    return db.call(claims.claim_due, store_id=store.id, owner=owner, **options)


def settle(db: Database, *verdicts: Outcome, owner: str = "worker", **changes: Any) -> set[int]:
    """Record outcomes."""
    options = {"now": NOW, "source": "sync", **changes}
    return db.call(outcomes.record_outcomes, owner=owner, outcomes=list(verdicts), **options)


def begin(db: Database, *pks: int, owner: str = "worker", **changes: Any) -> dict[int, int]:
    """Begin an attempt for each order."""
    options = {"now": NOW, **changes}
    return db.call(outcomes.begin_attempts, owner=owner, attempts=[(pk, "a" * 64) for pk in pks], **options)


def created(pk: int, **changes: Any) -> Created:
    """The outcome of an order that was made on Shopify."""
    fields = {"shopify_order_id": f"gid://shopify/Order/{1000 + pk}", "shopify_order_name": f"#{1000 + pk}"}
    return Created(pk, **{**fields, **changes})


def make_created(db: Database, store: StoreRow, *orders: Mapping[str, Any]) -> list[int]:
    """Record orders and bring each to Shopify; gives their pks."""
    record(db, store, *orders)
    pks = [each.pk for each in claim(db, store)]
    begin(db, *pks)
    settle(db, *(created(pk) for pk in pks))
    return pks

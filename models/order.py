"""Tables of an order: what TikTok says, what was done with it, and every step of the way."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.times import UtcDateTime

_SQLITE = {"only": "sqlite"}
"""Marks an index that the other database does without."""
_BIG = BigInteger().with_variant(Integer, "sqlite")


class Order(SQLModel, table=True):
    """One TikTok order of one store: the row people list and search, and the one workers claim."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "tiktok_order_id"),
        UniqueConstraint("store_id", "shopify_order_id"),
        Index("ix_orders_newest", text("created_at DESC"), text("id DESC")),
        # PostgreSQL has narrow tables for these (migration 0003): `connector.ledger.search_index`.
        Index("ix_orders_status_newest", "status", text("created_at DESC"), text("id DESC"), info=_SQLITE),
        Index("ix_orders_store_newest", "store_id", text("created_at DESC"), text("id DESC"), info=_SQLITE),
        # Holds all that counts per status need, with and without a search for a customer.
        Index("ix_orders_counts", "store_id", "status", "customer_key", info=_SQLITE),
        # Workers take the newest due order first; without this order a backlog is sorted at each claim.
        Index(
            "ix_orders_due",
            "store_id",
            text("created_at DESC"),
            text("id DESC"),
            "next_try_at",
            sqlite_where=text("state = 'waiting' AND next_try_at IS NOT NULL"),
            postgresql_where=text("state = 'waiting' AND next_try_at IS NOT NULL"),
        ),
        Index(
            "ix_orders_blocked",
            "store_id",
            "reason_code",
            sqlite_where=text("state = 'blocked'"),
            postgresql_where=text("state = 'blocked'"),
        ),
        Index(
            "ix_orders_refresh",
            "store_id",
            "refresh_at",
            sqlite_where=text("refresh_at IS NOT NULL"),
            postgresql_where=text("refresh_at IS NOT NULL"),
        ),
        Index(
            "ix_orders_followup",
            "store_id",
            "followup_at",
            sqlite_where=text("followup IS NOT NULL"),
            postgresql_where=text("followup IS NOT NULL"),
        ),
        Index(
            "ix_orders_delivered",
            "store_id",
            "id",
            "delivered_at",
            sqlite_where=text("status = 'delivered'"),
            postgresql_where=text("status = 'delivered'"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    store_id: int = Field(foreign_key="store.id", ondelete="CASCADE")
    tiktok_order_id: str = Field(max_length=64)

    status: str = Field(max_length=64)
    state: str = Field(max_length=16)
    reason_code: str | None = Field(default=None, max_length=64)
    reason_detail: str | None = Field(default=None, sa_type=Text)

    customer_name: str | None = None
    customer_key: str | None = None
    """The customer's name folded for search: accents removed, case folded."""
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    """TikTok's `update_time`: an older one never overwrites a newer one."""
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    completed_by: str | None = Field(default=None, max_length=16)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    total_amount: str = "0"
    currency: str = Field(default="", max_length=16)
    logistic_mode: str = Field(default="", max_length=64)
    fulfilled_by: str = Field(default="", max_length=64)
    items: int = 0

    shopify_order_id: str | None = Field(default=None, max_length=128)
    shopify_order_name: str | None = Field(default=None, index=True)
    shopify_cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    first_seen_at: datetime = Field(sa_type=UtcDateTime)
    refresh_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the order is read again by id if no update comes earlier; null once its status is final."""
    next_try_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a waiting order is due; null while only TikTok can make it due."""
    attempts: int = 0
    lease_owner: str | None = Field(default=None, max_length=64)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    followup: str | None = Field(default=None, max_length=16)
    """What is still to be done on Shopify for a created order: `cancel`, `fulfil` or null."""
    followup_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    followup_attempts: int = 0
    followup_note: str | None = Field(default=None, sa_type=Text)
    """Why the last follow-up did not succeed, in plain words; null when there is nothing to say."""


class OrderDocument(SQLModel, table=True):
    """TikTok's own text of an order, as last returned, and the best address seen so far."""

    __tablename__ = "order_document"

    order_id: int = Field(sa_column=Column(_BIG, primary_key=True, autoincrement=False))
    body: str = Field(sa_type=Text)
    body_hash: str = Field(max_length=32)
    """Tells an unchanged document without reading it."""
    address: str | None = Field(default=None, sa_type=Text)
    """JSON of the last usable `recipient_address`; a masked or blank one never replaces it."""
    fetched_at: datetime = Field(sa_type=UtcDateTime)


class OrderLine(SQLModel, table=True):
    """The units of one SKU at one price in an order, and the variant they were matched to."""

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "position"),
        Index("ix_order_line_sku", "store_id", "seller_sku"),
        Index("ix_order_line_product", "product_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    order_id: int = Field(sa_column=Column(_BIG, nullable=False))
    store_id: int
    position: int
    seller_sku: str = ""
    sku_name: str = ""
    product_name: str = ""
    product_key: str = ""
    """The product's name folded for search."""
    product_id: str = ""
    sku_id: str = ""
    quantity: int
    unit_price: str
    variant_id: str | None = None
    matched_by: str | None = Field(default=None, max_length=32)


class OrderEvent(SQLModel, table=True):
    """One step in an order's history; rows are only ever added."""

    __tablename__ = "order_event"
    __table_args__ = (Index("ix_order_event_order", "order_id", "id"),)

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    order_id: int = Field(sa_column=Column(_BIG, nullable=False))
    at: datetime = Field(sa_type=UtcDateTime)
    event: str = Field(max_length=64)
    source: str = Field(max_length=64)
    detail: str = Field(default="", sa_type=Text)


class CreateAttempt(SQLModel, table=True):
    """One request to create an order on Shopify, committed before it leaves."""

    __tablename__ = "create_attempt"
    __table_args__ = (UniqueConstraint("order_id", "number"),)

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    order_id: int = Field(sa_column=Column(_BIG, nullable=False))
    number: int
    payload_hash: str = Field(max_length=64)
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = Field(default=None, max_length=16)
    """`made`, `not_made` or `unknown`; null while the request is under way, or its owner died."""
    empty_looks: int = 0
    """How often it was looked for on Shopify since and not found."""
    last_look_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Aftersale(SQLModel, table=True):
    """A return, refund or cancellation request TikTok knows for an order."""

    __tablename__ = "aftersale"
    __table_args__ = (
        UniqueConstraint("store_id", "kind", "external_id"),
        Index("ix_aftersale_order", "store_id", "tiktok_order_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    store_id: int = Field(foreign_key="store.id", ondelete="CASCADE")
    tiktok_order_id: str = Field(max_length=64)
    kind: str = Field(max_length=16)
    """`return` or `cancellation`."""
    external_id: str = Field(max_length=64)
    status: str = Field(max_length=96)
    arbitration_status: str = Field(default="", max_length=64)
    updated_at: datetime = Field(sa_type=UtcDateTime)

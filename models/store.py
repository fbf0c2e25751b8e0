"""Tables of a store pair: one TikTok shop and the Shopify store its orders go to."""

from datetime import datetime

from sqlalchemy import JSON, Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.times import UtcDateTime


class Store(SQLModel, table=True):
    """One pair of shops, without any secret."""

    __tablename__ = "store"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=64, unique=True)
    paused: bool = False
    connected_at: datetime = Field(sa_type=UtcDateTime)
    start_from: datetime = Field(sa_type=UtcDateTime)

    tiktok_base_url: str
    tiktok_auth_url: str
    tiktok_shop_id: str = Field(default="", index=True)
    tiktok_shop_cipher: str = ""
    tiktok_region: str = ""

    shopify_base_url: str
    shopify_domain: str = Field(index=True)
    shopify_api_version: str
    shopify_currency: str = ""
    shopify_location_id: str = ""
    identifier_ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the unique order metafield definition was seen on Shopify; no order is created before."""

    order_settings: dict[str, object] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The `[orders]` table of the store file, every key present."""

    alive_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a sync of this store last ended well: the ledger knows everything up to here."""
    doubt_before: datetime = Field(sa_type=UtcDateTime)
    """Orders made on TikTok before this instant are looked up on Shopify before they are created: another
    installation, or this one before its database was restored, may have made them."""
    complete_up_to: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Every order TikTok changed before this instant is in the ledger."""
    beat_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When a consumer of webhooks last noted that the ledger is in use: a longer silence raises doubt."""
    catalog_refreshed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str | None = None


class Credential(SQLModel, table=True):
    """The secrets of one platform for one store, encrypted; one owner at a time renews its tokens."""

    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("store_id", "platform"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id", ondelete="CASCADE")
    platform: str = Field(max_length=16)
    ciphertext: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """Encrypted JSON object: app_key, app_secret, access_token … as the platform needs them."""
    access_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    refresh_expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
    """Grows with every renewal, so that a second process sees that somebody has renewed already."""
    renewal_owner: str | None = Field(default=None, max_length=64)
    """Who renews the tokens right now, until `renewal_until`; everybody else waits for the new version."""
    renewal_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the platform last said that the authorisation is gone; cleared by the next sync that ends well."""
    authorization_ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the whole authorisation ends by TikTok's own warning; cleared when the store is connected anew."""

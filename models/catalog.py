"""Tables for matching: the local index of Shopify variants and the mappings people make."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.times import UtcDateTime

_BIG = BigInteger().with_variant(Integer, "sqlite")


class Variant(SQLModel, table=True):
    """A Shopify variant as the last catalogue refresh or look-up saw it."""

    __tablename__ = "variant"
    __table_args__ = (
        UniqueConstraint("store_id", "variant_id"),
        Index("ix_variant_sku", "store_id", "sku"),
        Index("ix_variant_sku_key", "store_id", "sku_key"),
        Index("ix_variant_product", "store_id", "product_id"),
    )

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    store_id: int = Field(foreign_key="store.id", ondelete="CASCADE")
    variant_id: str = Field(max_length=128)
    product_id: str = Field(default="", max_length=128)
    sku: str = ""
    sku_key: str = ""
    """The SKU trimmed, spaces collapsed, case folded."""
    title: str = ""
    price: str = "0"
    taxable: bool = True
    product_status: str = ""
    seen_at: datetime = Field(sa_type=UtcDateTime)


class SkuMapping(SQLModel, table=True):
    """A person's word that a TikTok seller SKU is this Shopify variant; wins over matching by SKU."""

    __tablename__ = "sku_mapping"
    __table_args__ = (UniqueConstraint("store_id", "seller_sku"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id", ondelete="CASCADE")
    seller_sku: str
    variant_id: str = Field(max_length=128)
    created_at: datetime = Field(sa_type=UtcDateTime)

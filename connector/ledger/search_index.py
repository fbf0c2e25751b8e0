"""The narrow tables that triggers keep on PostgreSQL, to count and search a million orders at once.

Migration 0003 makes them and their triggers; SQLite has none of them. A *facet* is one combination of store,
status, state, reason, logistic mode and fulfilment: a few hundred of them hold a million orders.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    any_,
    bindparam,
    func,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from connector.ledger.tables import ORDERS

DERIVED = MetaData()
_NUMBERS: TypeEngine[Any] = ARRAY(BigInteger)

FACETS = Table(
    "order_facet",
    DERIVED,
    Column("id", BigInteger, nullable=False),
    Column("store_id", Integer, nullable=False),
    Column("status", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason_code", String(64)),
    Column("logistic_mode", String(64), nullable=False),
    Column("fulfilled_by", String(64), nullable=False),
    Index("ix_order_facet_id", "id"),
)
"""What each facet stands for. Rows are only added, and by several writers at once: one may be there twice."""

TALLY = Table(
    "order_tally",
    DERIVED,
    Column("id", BigInteger, Identity(always=True), nullable=False),
    Column("facet", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("n", Integer, nullable=False),
)
"""How many orders of a facet were placed on a day (UTC): the sum of its rows; writers only add some."""

PRODUCTS = Table(
    "order_product",
    DERIVED,
    Column("ref", BigInteger, nullable=False),
    Column("product_id", String, nullable=False),
    Column("product_key", String, nullable=False),
    Index("ix_order_product_ref", "ref"),
)
"""Every product that was ever in an order, by the number `SEARCH` names it with."""

SEARCH = Table(
    "order_search",
    DERIVED,
    Column("order_id", BigInteger, primary_key=True, autoincrement=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("facet", BigInteger, nullable=False),
    Column("product", BigInteger),
    Column("second_product", BigInteger),
    Column("customer_key", String),
    Column("other_products", ARRAY(BigInteger)),
    Index("ix_order_search_newest", text("created_at DESC"), text("order_id DESC")),
    Index("ix_order_search_product", "product"),
    Index(
        "ix_order_search_second_product",
        "second_product",
        postgresql_where=text("second_product IS NOT NULL"),
    ),
    Index(
        "ix_order_search_other_products",
        "other_products",
        postgresql_using="gin",
        postgresql_where=text("other_products IS NOT NULL"),
    ),
)
"""One narrow row per order with all that filters look at; `orders` itself is read for the page alone."""

FACET_OF_ORDER: ColumnElement[int] = func.facet_of_order(
    ORDERS.c.store_id,
    ORDERS.c.status,
    ORDERS.c.state,
    ORDERS.c.reason_code,
    ORDERS.c.logistic_mode,
    ORDERS.c.fulfilled_by,
)
"""An order's facet as the index on `orders` has it."""


def among(column: ColumnElement[int], numbers: Iterable[int]) -> ColumnElement[bool]:
    """The column is one of many numbers, given as one array, which PostgreSQL hashes."""
    return column == any_(numbered(numbers))


def holding(refs: Iterable[int]) -> ColumnElement[bool]:
    """Orders in `order_search` that have at least one of these products."""
    numbers = list(refs)
    return or_(
        among(SEARCH.c.product, numbers),
        among(SEARCH.c.second_product, numbers),
        SEARCH.c.other_products.op("&&", is_comparison=True)(numbered(numbers)),
    )


def numbered(numbers: Iterable[int]) -> ColumnElement[list[int]]:
    """The numbers as an array."""
    return bindparam(None, list(numbers), type_=_NUMBERS, unique=True)

"""Which orders are asked for: the filters of the list, the export and the console, all ANDed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, FromClause, false, func, or_, select, union
from sqlalchemy.orm import Session

from connector.errors import UsageError
from connector.ledger.tables import LINES, ORDERS, STORES, state_is
from connector.mapping.projection import fold
from models.state import OrderState
from models.text import storable

_ORDER_GID = "gid://shopify/Order/"


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """Every filter is optional; `created_from` is included, `created_to` is not.

    `search` is part of a customer name (case and accents ignored), or a TikTok or Shopify order id, or a
    Shopify order name. `customer` and `product` are parts of names, `store` holds names of stores.
    """

    status: tuple[str, ...] = ()
    state: str | None = None
    store: tuple[str, ...] = ()
    search: str | None = None
    logistic_mode: str | None = None
    fulfilled_by: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    customer: str | None = None
    product: str | None = None
    product_id: str | None = None
    reason: str | None = None


def conditions(session: Session, filters: OrderFilters) -> list[ColumnElement[bool]]:
    """Conditions on `orders` of all filters but `status`; raises UsageError for a store that is not there."""
    wanted = [*of_facet(session, filters, ORDERS), *placed(filters, ORDERS)]
    wanted += of_customer(session, filters, ORDERS.c.id, ORDERS.c.customer_key)
    if filters.product and fold(filters.product):
        named = select(LINES.c.order_id).where(contains(session, LINES.c.product_key, fold(filters.product)))
        wanted.append(ORDERS.c.id.in_(named.scalar_subquery()))
    if filters.product_id:
        holding = select(LINES.c.order_id).where(LINES.c.product_id == storable(filters.product_id.strip()))
        wanted.append(ORDERS.c.id.in_(holding.scalar_subquery()))
    return wanted


def of_status(filters: OrderFilters) -> list[ColumnElement[bool]]:
    """The SQL condition of the `status` filter, if there is one."""
    if not filters.status:
        return []
    if len(filters.status) == 1:
        return [ORDERS.c.status == filters.status[0]]
    return [ORDERS.c.status.in_(filters.status)]


def of_facet(session: Session, filters: OrderFilters, table: FromClause) -> list[ColumnElement[bool]]:
    """Conditions on the columns of few values, but for `status`, of whichever table holds them.

    Raises UsageError for a store that is not there.
    """
    wanted: list[ColumnElement[bool]] = []
    if filters.state is not None:
        known = filters.state in set(OrderState)
        wanted.append(state_is(OrderState(filters.state), table) if known else false())
    for name, value in (
        ("logistic_mode", filters.logistic_mode),
        ("fulfilled_by", filters.fulfilled_by),
        ("reason_code", filters.reason),
    ):
        if value is not None:
            wanted.append(table.c[name] == storable(value))
    if filters.store:
        ids = _store_ids(session, filters.store)
        wanted.append(table.c.store_id == ids[0] if len(ids) == 1 else table.c.store_id.in_(ids))
    return wanted


def placed(filters: OrderFilters, table: FromClause) -> list[ColumnElement[bool]]:
    """Conditions on when the order was placed."""
    wanted: list[ColumnElement[bool]] = []
    if filters.created_from is not None:
        wanted.append(table.c.created_at >= filters.created_from)
    if filters.created_to is not None:
        wanted.append(table.c.created_at < filters.created_to)
    return wanted


def of_customer(
    session: Session, filters: OrderFilters, pk: ColumnElement[int], key: ColumnElement[str | None]
) -> list[ColumnElement[bool]]:
    """Conditions of `search` and `customer` on an order's primary key and the folded name of its customer."""
    wanted: list[ColumnElement[bool]] = []
    if filters.search and filters.search.strip():
        # Orders of this very id are looked up first, by indexes of their own; they are few.
        found = session.scalars(_found_by_id(session, storable(filters.search.strip()))).all()
        part = fold(filters.search)
        ways = [contains(session, key, part)] if part else []
        wanted.append(or_(*ways, pk.in_(found)) if found else or_(false(), *ways))
    if filters.customer and fold(filters.customer):
        wanted.append(contains(session, key, fold(filters.customer)))
    return wanted


def contains(session: Session, column: ColumnElement[str | None], part: str) -> ColumnElement[bool]:
    """Part of a text, exactly: `%` and `_` mean themselves. LIKE can use a trigram index, SQLite has none."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(column, part) > 0
    return column.contains(part, autoescape=True)


def _store_ids(session: Session, names: tuple[str, ...]) -> list[int]:
    found = {row.name: row.id for row in session.execute(select(STORES.c.name, STORES.c.id))}
    unknown = [name for name in names if name not in found]
    if unknown:
        known = ", ".join(sorted(found)) or "none yet"
        raise UsageError(f"There is no store named {unknown[0]!r}; connected: {known}.")
    return sorted({found[name] for name in names})


def _found_by_id(session: Session, text: str) -> CompoundSelect[Any]:
    """Orders of this TikTok or Shopify id or this Shopify name; each branch has an index of its own."""
    name = text.lstrip("#")
    gid = text if text.startswith(_ORDER_GID) else f"{_ORDER_GID}{text}"
    names = {f"{mark}{word}" for mark in ("", "#") for word in (name, name.upper(), name.lower())}
    # Both ids are unique within a store, so their indexes begin with it.
    stores = ORDERS.c.store_id.in_(session.scalars(select(STORES.c.id)).all())
    return union(
        select(ORDERS.c.id).where(stores, ORDERS.c.tiktok_order_id == text),
        select(ORDERS.c.id).where(stores, ORDERS.c.shopify_order_id == gid),
        select(ORDERS.c.id).where(ORDERS.c.shopify_order_name.in_(sorted(names))),
    )

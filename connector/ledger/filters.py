"""Which orders are asked for: the filters of the list, the export and the console, all ANDed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, select, union
from sqlalchemy.orm import Session

from connector.errors import UsageError
from connector.ledger.tables import LINES, ORDERS, STORES, state_is
from connector.mapping.projection import fold
from models.state import OrderState

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
    """SQL conditions of all filters but `status`; raises UsageError for a store that is not there."""
    wanted = _plain(filters)
    if filters.store:
        wanted.append(_among_stores(session, filters.store))
    if filters.search and filters.search.strip():
        wanted.append(_found(session, filters.search.strip()))
    if filters.customer and fold(filters.customer):
        wanted.append(_contains(session, ORDERS.c.customer_key, fold(filters.customer)))
    if filters.product and fold(filters.product):
        named = select(LINES.c.order_id).where(_contains(session, LINES.c.product_key, fold(filters.product)))
        wanted.append(ORDERS.c.id.in_(named.scalar_subquery()))
    if filters.product_id:
        holding = select(LINES.c.order_id).where(LINES.c.product_id == filters.product_id.strip())
        wanted.append(ORDERS.c.id.in_(holding.scalar_subquery()))
    return wanted


def of_status(filters: OrderFilters) -> list[ColumnElement[bool]]:
    """The SQL condition of the `status` filter, if there is one."""
    if not filters.status:
        return []
    if len(filters.status) == 1:
        return [ORDERS.c.status == filters.status[0]]
    return [ORDERS.c.status.in_(filters.status)]


def _plain(filters: OrderFilters) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if filters.state is not None:
        known = filters.state in set(OrderState)
        wanted.append(state_is(OrderState(filters.state)) if known else false())
    for column, value in (
        (ORDERS.c.logistic_mode, filters.logistic_mode),
        (ORDERS.c.fulfilled_by, filters.fulfilled_by),
        (ORDERS.c.reason_code, filters.reason),
    ):
        if value is not None:
            wanted.append(column == value)
    if filters.created_from is not None:
        wanted.append(ORDERS.c.created_at >= filters.created_from)
    if filters.created_to is not None:
        wanted.append(ORDERS.c.created_at < filters.created_to)
    return wanted


def _among_stores(session: Session, names: tuple[str, ...]) -> ColumnElement[bool]:
    found = {row.name: row.id for row in session.execute(select(STORES.c.name, STORES.c.id))}
    unknown = [name for name in names if name not in found]
    if unknown:
        known = ", ".join(sorted(found)) or "none yet"
        raise UsageError(f"There is no store named {unknown[0]!r}; connected: {known}.")
    ids = sorted({found[name] for name in names})
    return ORDERS.c.store_id == ids[0] if len(ids) == 1 else ORDERS.c.store_id.in_(ids)


def _found(session: Session, text: str) -> ColumnElement[bool]:
    """Each branch of the union has an index of its own; one OR over all of them would have none."""
    name = text.lstrip("#")
    gid = text if text.startswith(_ORDER_GID) else f"{_ORDER_GID}{text}"
    names = {f"{mark}{word}" for mark in ("", "#") for word in (name, name.upper(), name.lower())}
    # Both ids are unique within a store, so their indexes begin with it.
    stores = ORDERS.c.store_id.in_(session.scalars(select(STORES.c.id)).all())
    branches = [
        select(ORDERS.c.id).where(stores, ORDERS.c.tiktok_order_id == text),
        select(ORDERS.c.id).where(stores, ORDERS.c.shopify_order_id == gid),
        select(ORDERS.c.id).where(ORDERS.c.shopify_order_name.in_(sorted(names))),
    ]
    if fold(text):
        branches.append(select(ORDERS.c.id).where(_contains(session, ORDERS.c.customer_key, fold(text))))
    return ORDERS.c.id.in_(union(*branches).scalar_subquery())


def _contains(session: Session, column: ColumnElement[str | None], part: str) -> ColumnElement[bool]:
    """Part of a text, exactly: `%` and `_` mean themselves. LIKE can use a trigram index, SQLite has none."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(column, part) > 0
    return column.contains(part, autoescape=True)

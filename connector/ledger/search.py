"""Listing, searching and exporting orders, newest first.

Pages follow (created_at, id) downwards, so that a page stays where it is while new orders arrive above it.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from connector.errors import UsageError
from connector.ledger import narrow
from connector.ledger.aftersales import aftersales_of
from connector.ledger.explain import Circumstances, explain
from connector.ledger.filters import OrderFilters, conditions, of_status
from connector.ledger.history import history_of
from connector.ledger.paging import Position, below
from connector.ledger.search_index import among
from connector.ledger.stores import StoreRow, store_by_id
from connector.ledger.tables import LINES, ORDERS, STORES
from connector.ledger.views import LineView, OrderDetail, OrderPage, OrderView, sorted_counts
from models.state import Reason

__all__ = ["OrderFilters", "OrderPage", "OrderView", "export_orders", "list_orders", "order_detail"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EXPORT_CHUNK = 1000
_MOST_ROWS = 2**63
_SHOWN = (
    "tiktok_order_id",
    "status",
    "state",
    "customer_name",
    "created_at",
    "updated_at",
    "paid_at",
    "delivered_at",
    "completed_at",
    "completed_by",
    "total_amount",
    "currency",
    "logistic_mode",
    "fulfilled_by",
    "items",
    "shopify_order_id",
    "shopify_order_name",
)


def list_orders(
    session: Session, *, filters: OrderFilters, limit: int = 50, after: str | None = None
) -> OrderPage:
    """One page of orders and the counts per status; `after` is the `next` of the page before.

    Raises UsageError for a cursor that is none and for a store that is not there.
    """
    position = None if after is None else _position(after)
    if session.get_bind().dialect.name == "postgresql":
        by_status, query = _by_search_index(session, filters, limit + 1, position)
    else:
        by_status, query = _by_orders(session, filters, limit + 1, position)
    rows = session.execute(query).all()
    names = _store_names(session)
    orders = [_view(row, names) for row in rows[:limit]]
    return OrderPage(
        orders=orders,
        next=_cursor(orders[-1]) if len(rows) > limit and orders else None,
        counts=sorted_counts(by_status),
        total=sum(n for status, n in by_status.items() if not filters.status or status in filters.status),
    )


def orders_of(session: Session, *, pks: Sequence[int]) -> list[OrderView]:
    """These orders, newest first."""
    query = _newest_first().where(ORDERS.c.id.in_(pks))
    names = _store_names(session)
    return [_view(row, names) for row in session.execute(query)]


def export_orders(session: Session, *, filters: OrderFilters) -> Iterator[OrderView]:
    """Every order that fits, one after the other, without holding them all in memory."""
    names = _store_names(session)
    query = _newest_first().where(*conditions(session, filters), *of_status(filters))
    for row in session.execute(query.execution_options(yield_per=_EXPORT_CHUNK)):
        yield _view(row, names)


def order_detail(session: Session, *, tiktok_order_id: str, store: str | None = None) -> list[OrderDetail]:
    """The order with all there is to say of it; one entry per store that has an order of this id."""
    query = (
        select(ORDERS)
        .join(STORES, STORES.c.id == ORDERS.c.store_id)
        .where(ORDERS.c.tiktok_order_id == tiktok_order_id.strip())
        .order_by(STORES.c.name)
    )
    if store is not None:
        query = query.where(STORES.c.name == store)
    return [_detail(session, row) for row in session.execute(query).all()]


def _detail(session: Session, row: Row[Any]) -> OrderDetail:
    store = store_by_id(session, store_id=row.store_id)
    lines = session.execute(select(LINES).where(LINES.c.order_id == row.id).order_by(LINES.c.position))
    return OrderDetail(
        order=_view(row, {store.id: store.name}),
        lines=[LineView(*(getattr(line, name) for name in LineView.__slots__)) for line in lines],
        history=history_of(session, order_pk=row.id),
        explanation=explain(_circumstances(session, row, store)),
    )


def _circumstances(session: Session, row: Row[Any], store: StoreRow) -> Circumstances:
    order_id = row.tiktok_order_id
    requests = aftersales_of(session, store_id=store.id, order_ids=[order_id]).get(order_id, [])
    return Circumstances(
        status=row.status,
        state=row.state,
        reason=_reason(row),
        next_try_at=row.next_try_at,
        delivered_at=row.delivered_at,
        completed_at=row.completed_at,
        completed_by=row.completed_by,
        shopify_order_name=row.shopify_order_name,
        shopify_cancelled_at=row.shopify_cancelled_at,
        followup=row.followup,
        followup_at=row.followup_at,
        followup_note=row.followup_note,
        attempts=row.attempts,
        complete_after_days=store.settings.complete_after_days,
        paused=store.paused,
        requests=tuple((request.kind, request.status) for request in requests),
    )


def _newest_first() -> Select[Any]:
    return select(
        ORDERS.c.id,
        ORDERS.c.store_id,
        ORDERS.c.reason_code,
        ORDERS.c.reason_detail,
        *(ORDERS.c[name] for name in _SHOWN),
    ).order_by(ORDERS.c.created_at.desc(), ORDERS.c.id.desc())


def _by_orders(
    session: Session, filters: OrderFilters, limit: int, after: Position | None
) -> tuple[dict[str, int], Select[Any]]:
    """The counts and a query for the page, from the orders themselves."""
    wanted = conditions(session, filters)
    query = _newest_first().where(*wanted, *of_status(filters)).limit(limit)
    if after is not None:
        query = query.where(below(ORDERS.c.created_at, ORDERS.c.id, after))
    return _count(session, wanted), query


def _by_search_index(
    session: Session, filters: OrderFilters, limit: int, after: Position | None
) -> tuple[dict[str, int], Select[Any]]:
    """The same from the narrow tables of PostgreSQL, all of one moment where nothing was read before."""
    if not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    found = narrow.find(session, filters=filters, limit=limit, after=after)
    return found.by_status, _newest_first().where(among(ORDERS.c.id, found.pks))


def _count(session: Session, wanted: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    """Orders per status. An index on status alone answers when nothing else is asked; otherwise going by it
    would read the table in index order, row by row, so the plain expression keeps SQLite from it."""
    status = ORDERS.c.status.concat("") if wanted else ORDERS.c.status
    query = select(status.label("status"), func.count().label("n")).where(*wanted).group_by(status)
    return {row.status: row.n for row in session.execute(query)}


def _store_names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(STORES.c.id, STORES.c.name))}


def _view(row: Row[Any], names: dict[int, str]) -> OrderView:
    shown = {name: getattr(row, name) for name in _SHOWN}
    return OrderView(pk=row.id, store=names[row.store_id], reason=_reason(row), **shown)


def _reason(row: Row[Any]) -> Reason | None:
    return Reason(row.reason_code, row.reason_detail or "") if row.reason_code else None


def _cursor(last: OrderView) -> str:
    text = f"{(last.created_at - _EPOCH) // _MICROSECOND}.{last.pk}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _position(cursor: str) -> Position:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        micros, pk = map(int, text.split("."))
        if not 0 <= pk < _MOST_ROWS:
            raise ValueError("no row has this number")
        return _EPOCH + micros * _MICROSECOND, pk
    except (binascii.Error, UnicodeError, ValueError, OverflowError) as error:
        raise UsageError("The cursor cannot be read; use the `next` of the page before.") from error

"""Stores what TikTok returned: every order raw, its columns, and its history, a page in one transaction."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.orm import Session

from connector.ledger import history
from connector.ledger.failures import is_refusal
from connector.ledger.lines import insert_lines
from connector.ledger.pages import OrderRead, Page, read_orders
from connector.ledger.reading import lock_store, read_stored
from connector.ledger.stores import StoreRow
from connector.ledger.tables import DOCUMENTS, ORDERS
from connector.ledger.transitions import (
    acceptance,
    first_completion,
    first_delivery,
    refresh_at,
    standing_of,
)
from connector.ledger.unusable import record_unusable
from connector.ledger.updates import update_orders
from models.state import OrderState


@dataclass(frozen=True, slots=True)
class PageCounts:
    """What a page changed: `found` is what TikTok returned, `ignored` what this page turned away by rule,
    `waiting` what it found not due yet (unpaid, on hold, hold time).

    `order_ids` are the usable ids of the page, each once, in TikTok's order.
    """

    found: int
    new: int
    updated: int
    unusable: int
    ignored: int
    waiting: int
    order_ids: list[str]


def record_page(
    session: Session,
    *,
    store: StoreRow,
    orders: Sequence[object],
    source: str,
    now: datetime,
    scheduled: bool,
) -> PageCounts:
    """Insert and update the orders of one answer; nothing in it can fail, stop or shadow another order.

    `source` is who asked (`sync`, `backfill`, `webhook` …), `scheduled` False lifts the store's start date.
    An older `update_time` overwrites nothing; the same one is overwritten by what was fetched later.
    """
    page = Page(store, source, now, scheduled)
    lock_store(session, store)
    counts = _tried(session, page, orders)
    return _one_by_one(session, page, orders) if counts is None else counts


def _tried(session: Session, page: Page, orders: Sequence[object]) -> PageCounts | None:
    """Write these orders; None, and nothing written, when the database refuses what is in them."""
    attempt = session.begin_nested()
    try:
        counts = _write(session, page, orders)
        attempt.commit()
    except (StatementError, ValueError, OverflowError) as error:
        if not is_refusal(error):
            # A full disk ends the whole transaction on SQLite: there is no savepoint to go back to.
            with suppress(DBAPIError):
                attempt.rollback()
            raise
        attempt.rollback()
        return None
    return counts


def _one_by_one(session: Session, page: Page, orders: Sequence[object]) -> PageCounts:
    """Write each order on its own; one that is refused even so is kept as text, like one without an id."""
    tried = [(order, _tried(session, page, [order])) for order in orders]
    refused = [order for order, counts in tried if counts is None]
    record_unusable(session, store_id=page.store.id, answers=refused, now=page.now)
    written = [counts for _, counts in tried if counts is not None]
    return PageCounts(
        found=len(orders),
        new=sum(each.new for each in written),
        updated=sum(each.updated for each in written),
        unusable=len(refused) + sum(each.unusable for each in written),
        ignored=sum(each.ignored for each in written),
        waiting=sum(each.waiting for each in written),
        order_ids=list(dict.fromkeys(order_id for each in written for order_id in each.order_ids)),
    )


def _write(session: Session, page: Page, orders: Sequence[object]) -> PageCounts:
    reads, unusable = read_orders(page, orders)
    stored = read_stored(session, page.store.id, list(reads))
    fresh = [read for order_id, read in reads.items() if order_id not in stored]
    known = [(stored[order_id], read) for order_id, read in reads.items() if order_id in stored]
    _insert(session, page, fresh)
    updates = update_orders(session, page, known)
    record_unusable(session, store_id=page.store.id, answers=unusable, now=page.now)
    placed = [read.first_due(page.now) for read in fresh]
    return PageCounts(
        found=len(orders),
        new=len(fresh),
        updated=updates.updated,
        unusable=len(unusable),
        ignored=updates.ignored + sum(due.state == OrderState.IGNORED for due in placed),
        waiting=updates.held + sum(due.held for due in placed),
        order_ids=list(reads),
    )


def _insert(session: Session, page: Page, reads: Sequence[OrderRead]) -> None:
    """Add orders seen for the first time."""
    if not reads:
        return
    session.execute(insert(ORDERS), [_new_row(page, read) for read in reads])
    pks = _pks(session, page.store.id, [read.columns.tiktok_order_id for read in reads])
    placed = [(pks[read.columns.tiktok_order_id], read) for read in reads]
    session.execute(
        insert(DOCUMENTS),
        [{"order_id": pk, **read.document_row(page.now), "address": read.address} for pk, read in placed],
    )
    insert_lines(session, page.store.id, [(pk, read.columns.lines) for pk, read in placed])
    history.append(session, [row for pk, read in placed for row in _first_events(page, pk, read)])


def _new_row(page: Page, read: OrderRead) -> dict[str, Any]:
    columns, standing = read.columns, standing_of(read.first_due(page.now))
    completed_at, completed_by = first_completion(columns)
    return {
        "store_id": page.store.id,
        "tiktok_order_id": columns.tiktok_order_id,
        "status": columns.status,
        "state": standing.state,
        "reason_code": standing.reason_code,
        "reason_detail": standing.reason_detail,
        "next_try_at": standing.next_try_at,
        "customer_name": columns.customer_name,
        "customer_key": columns.customer_key,
        "created_at": columns.created_at,
        "updated_at": columns.updated_at,
        "paid_at": columns.paid_at,
        "delivered_at": first_delivery(columns),
        "completed_at": completed_at,
        "completed_by": completed_by,
        "cancelled_at": columns.cancelled_at,
        "total_amount": columns.total_amount,
        "currency": columns.currency,
        "logistic_mode": columns.logistic_mode,
        "fulfilled_by": columns.fulfilled_by,
        "items": columns.items,
        "first_seen_at": page.now,
        "refresh_at": refresh_at(columns.status, page.now),
        "attempts": 0,
        "followup_attempts": 0,
    }


def _first_events(page: Page, pk: int, read: OrderRead) -> list[dict[str, Any]]:
    place = history.place(*standing_of(read.first_due(page.now)).place)
    detail = f"{read.columns.status}, {place}"
    events = [(history.FIRST_SEEN, detail)]
    if not page.scheduled:
        events += acceptance(read.due, read.columns.created_at, page.store.start_from)
    return history.rows_of(events, pk, page.now, page.source)


def _pks(session: Session, store_id: int, order_ids: Sequence[str]) -> dict[str, int]:
    query = select(ORDERS.c.tiktok_order_id, ORDERS.c.id).where(
        ORDERS.c.store_id == store_id, ORDERS.c.tiktok_order_id.in_(order_ids)
    )
    return {row.tiktok_order_id: row.id for row in session.execute(query)}

"""Brings known orders up to date with what TikTok returned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from connector.ledger import history
from connector.ledger.lines import replace_lines
from connector.ledger.pages import OrderRead, Page, judged
from connector.ledger.tables import DOCUMENTS, ORDERS
from connector.ledger.transitions import (
    WAITS_FOR_TIKTOK,
    StoredOrder,
    acceptance,
    columns_from_tiktok,
    events_of,
    followup_of,
    next_standing,
    refresh_at,
)
from models.state import OrderState


@dataclass(frozen=True, slots=True)
class Updates:
    """How many known orders changed, and how many of them are ignored, or held back, since this page."""

    updated: int
    ignored: int
    held: int


def update_orders(session: Session, page: Page, known: Sequence[tuple[StoredOrder, OrderRead]]) -> Updates:
    """Bring known orders up to date."""
    rows: list[dict[str, Any]] = []
    changed: list[tuple[StoredOrder, OrderRead]] = []
    events: list[dict[str, Any]] = []
    ignored = held = 0
    for stored, read in known:
        if read.columns.updated_at < stored.updated_at:
            continue
        row, happened = _changed_row(page, stored, read)
        if read.body_hash == stored.body_hash and not happened:
            continue
        rows.append(row)
        changed.append((stored, read))
        events += history.rows_of(happened, stored.id, page.now, page.source)
        moved = (row["state"], row["reason_code"]) != stored.place
        ignored += row["state"] == OrderState.IGNORED and stored.state != OrderState.IGNORED
        held += moved and row["state"] == OrderState.WAITING and row["reason_code"] in WAITS_FOR_TIKTOK
    _write_updates(session, page, rows, changed)
    _add_missing_addresses(session, known)
    history.append(session, events)
    return Updates(len(rows), ignored, held)


def _changed_row(
    page: Page, stored: StoredOrder, read: OrderRead
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    columns = columns_from_tiktok(stored, read.columns)
    document_changed = read.body_hash != stored.body_hash
    due = read.due
    if page.scheduled and stored.past_the_start:
        due = judged(page, read.columns, scheduled=False)
    standing = next_standing(
        stored, due, document_changed=document_changed, doubtful=read.doubtful, now=page.now
    )
    cancel = page.store.settings.cancel_on_shopify
    followup, followup_at, tries = followup_of(
        stored, columns["status"], cancel_on_shopify=cancel, now=page.now
    )
    moved = standing.place != stored.place
    row = {
        "b_id": stored.id,
        **columns,
        "state": standing.state,
        "reason_code": standing.reason_code,
        "reason_detail": standing.reason_detail,
        "next_try_at": standing.next_try_at,
        "refresh_at": refresh_at(columns["status"], page.now),
        "followup": followup,
        "followup_at": followup_at,
        "followup_attempts": tries,
        # Whoever works on it by the old document must not go on after it was moved.
        "lease_owner": None if moved else stored.lease_owner,
        "lease_until": None if moved else stored.lease_until,
    }
    events = events_of(stored, columns["status"], standing, followup)
    if not page.scheduled and not stored.accepted:
        events += acceptance(due, columns["created_at"], page.store.start_from)
    return row, events


def _write_updates(
    session: Session,
    page: Page,
    rows: Sequence[dict[str, Any]],
    changed: Sequence[tuple[StoredOrder, OrderRead]],
) -> None:
    if not rows:
        return
    names = [name for name in rows[0] if name != "b_id"]
    statement = update(ORDERS).where(ORDERS.c.id == bindparam("b_id"))
    session.connection().execute(statement.values({name: bindparam(name) for name in names}), list(rows))
    edited = [(stored, read) for stored, read in changed if read.body_hash != stored.body_hash]
    if not edited:
        return
    session.connection().execute(
        update(DOCUMENTS)
        .where(DOCUMENTS.c.order_id == bindparam("b_id"))
        .values(body=bindparam("body"), body_hash=bindparam("body_hash"), fetched_at=bindparam("fetched_at")),
        [{"b_id": stored.id, **read.document_row(page.now)} for stored, read in edited],
    )
    _write_addresses(
        session, [(stored.id, read.address) for stored, read in edited if read.address is not None]
    )
    replace_lines(session, page.store.id, {stored.id: read.columns.lines for stored, read in edited})


def _add_missing_addresses(session: Session, known: Sequence[tuple[StoredOrder, OrderRead]]) -> None:
    """Even an older document may hold the one good address, where none was ever seen."""
    _write_addresses(
        session,
        [
            (stored.id, read.address)
            for stored, read in known
            if read.address is not None
            and not stored.has_address
            and read.columns.updated_at < stored.updated_at
        ],
    )


def _write_addresses(session: Session, addresses: Sequence[tuple[int, str]]) -> None:
    if addresses:
        session.connection().execute(
            update(DOCUMENTS)
            .where(DOCUMENTS.c.order_id == bindparam("b_id"))
            .values(address=bindparam("address")),
            [{"b_id": pk, "address": address} for pk, address in addresses],
        )

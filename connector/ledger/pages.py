"""One answer of TikTok read for storing: each usable order once, with where it belongs and its own text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.ledger import documents
from connector.ledger.stores import StoreRow
from connector.mapping.due import Due, judge
from connector.mapping.projection import OrderProjection, project
from models.state import OrderState, ReasonCode


@dataclass(frozen=True, slots=True)
class Page:
    """What all orders of a page share. `scheduled` False lifts the store's start date."""

    store: StoreRow
    source: str
    now: datetime
    scheduled: bool


@dataclass(frozen=True, slots=True)
class OrderRead:
    """One order as it was returned: its columns, where it belongs, its text, and its address if whole."""

    columns: OrderProjection
    due: Due
    doubtful: bool
    """Cancelled, though an earlier ledger may have created it: it is looked up before it is set aside."""
    body: str
    body_hash: str
    address: str | None

    def first_due(self, now: datetime) -> Due:
        """Where an order belongs that is seen for the first time."""
        return Due(OrderState.WAITING, None, now) if self.doubtful else self.due

    def document_row(self, now: datetime) -> dict[str, Any]:
        """Columns of the stored document, without the address."""
        return {"body": self.body, "body_hash": self.body_hash, "fetched_at": now}


def read_orders(page: Page, orders: Iterable[object]) -> tuple[dict[str, OrderRead], list[object]]:
    """Orders by id, the newest of each, and what has no usable id."""
    reads: dict[str, OrderRead] = {}
    unusable: list[object] = []
    for raw in orders:
        columns = project(raw) if isinstance(raw, Mapping) else None
        if columns is None or not isinstance(raw, Mapping):
            unusable.append(raw)
            continue
        earlier = reads.get(columns.tiktok_order_id)
        if earlier is None or earlier.columns.updated_at <= columns.updated_at:
            reads[columns.tiktok_order_id] = _read(page, raw, columns)
    return reads, unusable


def judged(page: Page, columns: OrderProjection, *, scheduled: bool) -> Due:
    """Where an order belongs by the store's settings; its age counts only when `scheduled`."""
    return judge(
        columns,
        page.store.settings,
        now=page.now,
        start_from=page.store.start_from,
        scheduled=scheduled,
    )


def _read(page: Page, raw: Mapping[str, Any], columns: OrderProjection) -> OrderRead:
    due = judged(page, columns, scheduled=page.scheduled)
    body = documents.encode(raw)
    address = documents.address_of(raw) if columns.address_usable else None
    return OrderRead(columns, due, _doubtful(page, columns, due), body, documents.digest(raw), address)


def _doubtful(page: Page, columns: OrderProjection, due: Due) -> bool:
    if due.reason is None or due.reason.code != ReasonCode.CANCELLED_BEFORE_CREATE:
        return False
    started = not page.scheduled or columns.created_at >= page.store.start_from
    return started and columns.created_at < page.store.doubt_before

"""What a newly read document does to an order: pure rules, no database.

An update never moves an order that exists on Shopify back to waiting, and never creates a second chance to
create one whose last attempt may have succeeded.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connector.ledger import history
from connector.mapping.due import Due
from connector.mapping.projection import OrderProjection
from models.state import OrderState, ReasonCode
from models.status import FINAL_STATUSES, OrderStatus

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REFRESH_AFTER = timedelta(hours=6)
_REFRESH_DELIVERED_AFTER = timedelta(hours=24)

HELD_BY_TIKTOK = frozenset({ReasonCode.UNPAID, ReasonCode.ON_HOLD})
"""Reasons that come before any other, so that such an order has not been judged by its age yet."""
WAITS_FOR_TIKTOK = frozenset({ReasonCode.UNPAID, ReasonCode.ON_HOLD, ReasonCode.REMORSE_HOLD})
"""Reasons that only TikTok, or time, resolves; nobody's retry makes such an order due."""
MENDED_BY_TIKTOK = frozenset(
    {
        ReasonCode.INVALID_ORDER,
        ReasonCode.CURRENCY_UNSUPPORTED,
        ReasonCode.SKU_MISSING,
        ReasonCode.SKU_UNMATCHED,
        ReasonCode.SKU_AMBIGUOUS,
        ReasonCode.ADDRESS_UNUSABLE,
        ReasonCode.TOTAL_MISMATCH,
    }
)
"""Reasons that a changed document may have resolved, so that the order is judged again: even a SKU that
Shopify does not have, because the unit that carries it may have been cancelled."""


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """What is stored of an order before an update.

    `maybe_made`: an attempt is not surely without effect. `accepted`: a backfill took it in whatever its age.
    """

    id: int
    tiktok_order_id: str
    status: str
    state: str
    reason_code: str | None
    reason_detail: str | None
    next_try_at: datetime | None
    customer_name: str | None
    customer_key: str | None
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    completed_by: str | None
    cancelled_at: datetime | None
    attempts: int
    followup: str | None
    followup_at: datetime | None
    followup_attempts: int
    shopify_cancelled_at: datetime | None
    lease_owner: str | None
    lease_until: datetime | None
    body_hash: str
    has_address: bool
    maybe_made: bool = False
    accepted: bool = False

    @property
    def past_the_start(self) -> bool:
        """Whether its age turns it away no more: it was due once, or a backfill took it in."""
        if self.state == OrderState.IGNORED:
            return False
        return self.accepted or self.reason_code not in HELD_BY_TIKTOK

    @property
    def place(self) -> tuple[str, str | None]:
        """State and reason code."""
        return self.state, self.reason_code


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an order stands after an update."""

    state: str
    reason_code: str | None
    reason_detail: str | None
    next_try_at: datetime | None

    @property
    def place(self) -> tuple[str, str | None]:
        """State and reason code."""
        return self.state, self.reason_code


def refresh_at(status: str, now: datetime) -> datetime | None:
    """When an order is read again by id if no update comes; None once its status is final."""
    if status in FINAL_STATUSES:
        return None
    return now + (_REFRESH_DELIVERED_AFTER if status == OrderStatus.DELIVERED else _REFRESH_AFTER)


def standing_of(due: Due) -> Standing:
    """A verdict in the ledger's columns."""
    code = due.reason.code if due.reason else None
    detail = due.reason.detail or None if due.reason else None
    return Standing(due.state, code, detail, due.next_try_at)


def next_standing(
    stored: StoredOrder, due: Due, *, document_changed: bool, doubtful: bool, now: datetime
) -> Standing:
    """Where an order goes when TikTok's document is read again and judged as `due`.

    `doubtful`: it is cancelled now, and an earlier ledger may have created it.
    """
    unmoved = Standing(stored.state, stored.reason_code, stored.reason_detail, stored.next_try_at)
    verdict = standing_of(due)
    if stored.state == OrderState.CREATED:
        return unmoved
    if stored.maybe_made:
        return _looked_up_first(unmoved, due, now)
    if stored.state == OrderState.IGNORED:
        return unmoved if verdict.place == stored.place else verdict
    if due.state == OrderState.IGNORED:
        return Standing(OrderState.WAITING, ReasonCode.OUTCOME_UNKNOWN, None, now) if doubtful else verdict
    if stored.state == OrderState.BLOCKED:
        mended = document_changed and stored.reason_code in MENDED_BY_TIKTOK
        return verdict if mended else unmoved
    return _next_waiting(stored, unmoved, verdict)


def _looked_up_first(unmoved: Standing, due: Due, now: datetime) -> Standing:
    """An order that may exist on Shopify is never set aside before it has been looked up."""
    if due.state != OrderState.IGNORED or unmoved.state == OrderState.WAITING:
        return unmoved
    return Standing(OrderState.WAITING, ReasonCode.OUTCOME_UNKNOWN, None, now)


def _next_waiting(stored: StoredOrder, unmoved: Standing, verdict: Standing) -> Standing:
    """A hold begins or ends by TikTok's word; the wait after a failure is not cut short by an update."""
    if verdict.reason_code is not None:
        same = verdict.place == stored.place and verdict.next_try_at == stored.next_try_at
        return unmoved if same else verdict
    return verdict if stored.reason_code in WAITS_FOR_TIKTOK else unmoved


def columns_from_tiktok(stored: StoredOrder, read: OrderProjection) -> dict[str, Any]:
    """The columns TikTok decides, with what must not get worse kept as it was."""
    keeps_name = stored.customer_name and not read.address_usable and "*" not in stored.customer_name
    completed = _completion(stored, read)
    return {
        "status": completed[0],
        "customer_name": stored.customer_name if keeps_name else read.customer_name,
        "customer_key": stored.customer_key if keeps_name else read.customer_key,
        "created_at": _earliest(stored.created_at, read.created_at),
        "updated_at": read.updated_at,
        "paid_at": read.paid_at or stored.paid_at,
        "delivered_at": _delivered_at(stored, read),
        "completed_at": completed[1],
        "completed_by": completed[2],
        "cancelled_at": read.cancelled_at or stored.cancelled_at,
        "total_amount": read.total_amount,
        "currency": read.currency,
        "logistic_mode": read.logistic_mode,
        "fulfilled_by": read.fulfilled_by,
        "items": read.items,
    }


def first_delivery(read: OrderProjection) -> datetime | None:
    """When an order seen for the first time was delivered: TikTok's time, else that of its last change."""
    if read.delivered_at is not None:
        return read.delivered_at
    return read.updated_at if read.status == OrderStatus.DELIVERED else None


def first_completion(read: OrderProjection) -> tuple[datetime | None, str | None]:
    """When and by whom an order seen for the first time was completed."""
    return (read.updated_at, "tiktok") if read.status == OrderStatus.COMPLETED else (None, None)


def followup_of(
    stored: StoredOrder, status: str, *, cancel_on_shopify: bool, now: datetime
) -> tuple[str | None, datetime | None, int]:
    """What is to be done on Shopify next: an order cancelled at TikTok just now is cancelled there too."""
    newly_cancelled = status == OrderStatus.CANCELLED and stored.status != OrderStatus.CANCELLED
    exists = stored.state == OrderState.CREATED and stored.shopify_cancelled_at is None
    if newly_cancelled and exists and cancel_on_shopify:
        return "cancel", now, 0
    return stored.followup, stored.followup_at, stored.followup_attempts


def acceptance(due: Due, created_at: datetime, start_from: datetime) -> list[tuple[str, str]]:
    """The event that keeps an old order a backfill met from being turned away when its hold is over."""
    held = due.reason is not None and due.reason.code in HELD_BY_TIKTOK
    if not held or created_at >= start_from:
        return []
    return [(history.ACCEPTED, "older than the store's start, taken in by a backfill")]


def events_of(
    stored: StoredOrder, status: str, standing: Standing, followup: str | None
) -> list[tuple[str, str]]:
    """The history of an update, as (event, detail)."""
    events: list[tuple[str, str]] = []
    if status != stored.status:
        events.append((history.STATUS_CHANGED, f"{stored.status} → {status}"))
    if standing.place != stored.place:
        detail = history.moved(stored.place, standing.place, standing.reason_detail or "")
        events.append((history.STATE_CHANGED, detail))
    if followup == "cancel" and stored.followup != "cancel":
        events.append((history.CANCEL_DUE, "cancelled at TikTok after it was created on Shopify"))
    return events


def _completion(stored: StoredOrder, read: OrderProjection) -> tuple[str, datetime | None, str | None]:
    if read.status == OrderStatus.COMPLETED:
        return read.status, stored.completed_at or read.updated_at, stored.completed_by or "tiktok"
    if stored.completed_by == "connector" and read.status != OrderStatus.CANCELLED:
        return OrderStatus.COMPLETED, stored.completed_at, stored.completed_by
    return read.status, None, None


def _delivered_at(stored: StoredOrder, read: OrderProjection) -> datetime | None:
    if read.delivered_at is not None:
        return read.delivered_at
    return stored.delivered_at or first_delivery(read)


def _earliest(stored: datetime, read: datetime) -> datetime:
    return min((instant for instant in (stored, read) if instant != _EPOCH), default=_EPOCH)

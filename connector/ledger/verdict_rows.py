"""How an outcome is written: the columns it changes and the history it adds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.ledger import history
from connector.ledger.verdicts import Blocked, Created, Ignored, Looked, Outcome, Waiting
from models.state import OrderState, ReasonCode
from models.status import OrderStatus

CREATED = "created_on_shopify"
LINKED = "linked_to_shopify"
LOOKED = "looked_up"


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of an order its worker still holds."""

    id: int
    store_id: int
    status: str
    state: str
    reason_code: str | None
    reason_detail: str | None
    attempts: int
    shopify_cancelled_at: datetime | None
    order_settings: Mapping[str, Any]

    @property
    def place(self) -> tuple[str, str | None]:
        """State and reason code."""
        return self.state, self.reason_code


def created_row(held: Held, verdict: Created, now: datetime) -> dict[str, Any]:
    """Columns of an order that exists on Shopify; one cancelled meanwhile is cancelled there too."""
    cancel = (
        held.status == OrderStatus.CANCELLED
        and held.shopify_cancelled_at is None
        and bool(held.order_settings.get("cancel_on_shopify", True))
    )
    followup = "cancel" if cancel else verdict.followup
    return {
        "b_id": held.id,
        "state": OrderState.CREATED.value,
        "reason_code": None,
        "reason_detail": None,
        "next_try_at": None,
        "shopify_order_id": verdict.shopify_order_id,
        "shopify_order_name": verdict.shopify_order_name,
        "followup": followup,
        "followup_at": now if followup else None,
    }


def uncreated_row(held: Held, verdict: Blocked | Waiting | Ignored | Looked) -> dict[str, Any]:
    """Columns of an order that does not exist on Shopify, or not for sure."""
    state, code, detail, next_try_at = _standing(held, verdict)
    return {
        "b_id": held.id,
        "state": state,
        "reason_code": code,
        "reason_detail": detail,
        "next_try_at": next_try_at,
    }


def _standing(
    held: Held, verdict: Blocked | Waiting | Ignored | Looked
) -> tuple[str, str | None, str | None, datetime | None]:
    match verdict:
        case Blocked():
            return OrderState.BLOCKED.value, verdict.reason.code, verdict.reason.detail or None, None
        case Ignored():
            return OrderState.IGNORED.value, verdict.reason.code, verdict.reason.detail or None, None
        case Waiting():
            code = verdict.reason.code if verdict.reason else None
            detail = verdict.reason.detail or None if verdict.reason else None
            return OrderState.WAITING.value, code, detail, verdict.next_try_at
    same = held.reason_code == ReasonCode.OUTCOME_UNKNOWN
    detail = held.reason_detail if same else None
    return OrderState.WAITING.value, ReasonCode.OUTCOME_UNKNOWN.value, detail, verdict.next_try_at


def events_of(held: Held, verdict: Outcome, now: datetime, source: str) -> list[dict[str, Any]]:
    """The history rows of an outcome."""
    if isinstance(verdict, Created):
        return _created_events(held, verdict, now, source)
    events = []
    if isinstance(verdict, Looked):
        events.append(history.event_row(held.id, now, LOOKED, source, "not found on Shopify"))
    state, code, detail, _ = _standing(held, verdict)
    if (state, code) != held.place or (detail or None) != held.reason_detail:
        text = history.moved(held.place, (state, code), detail or "")
        events.append(history.event_row(held.id, now, history.STATE_CHANGED, source, text))
    return events


def _created_events(held: Held, verdict: Created, now: datetime, source: str) -> list[dict[str, Any]]:
    if held.state == OrderState.CREATED:
        return []
    name = LINKED if verdict.linked else CREATED
    detail = (
        f"{verdict.shopify_order_name}: {verdict.detail}" if verdict.detail else verdict.shopify_order_name
    )
    moved = history.moved(held.place, (OrderState.CREATED.value, None))
    return [
        history.event_row(held.id, now, name, source, detail),
        history.event_row(held.id, now, history.STATE_CHANGED, source, moved),
    ]

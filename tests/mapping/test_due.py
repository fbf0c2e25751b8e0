"""When an order that is not on Shopify yet is due."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.mapping.due import Due, judge
from connector.mapping.projection import project
from models.order_settings import OrderSettings
from models.state import OrderState, ReasonCode
from tests.mapping.documents import CREATED, order, unit

PAID = datetime.fromtimestamp(CREATED + 60, UTC)
BEFORE = datetime.fromtimestamp(CREATED - 60, UTC)
NOW = PAID + timedelta(minutes=10)


def _due(
    *,
    start_from: datetime = BEFORE,
    scheduled: bool = True,
    settings: dict[str, Any] | None = None,
    **fields: Any,
) -> Due:
    projection = project(order([unit("A", "1.00")], **fields))
    assert projection is not None
    return judge(
        projection, OrderSettings(**(settings or {})), now=NOW, start_from=start_from, scheduled=scheduled
    )


@pytest.mark.parametrize(
    ("status", "state", "code"),
    [
        ("UNPAID", OrderState.WAITING, ReasonCode.UNPAID),
        ("ON_HOLD", OrderState.WAITING, ReasonCode.ON_HOLD),
        ("CANCELLED", OrderState.IGNORED, ReasonCode.CANCELLED_BEFORE_CREATE),
    ],
)
def test_only_tiktok_moves_such_an_order_on(status: str, state: OrderState, code: ReasonCode) -> None:
    due = _due(status=status)
    assert (due.state, due.reason.code if due.reason else None, due.next_try_at) == (state, code, None)


@pytest.mark.parametrize(
    "status", ["AWAITING_SHIPMENT", "PARTIALLY_SHIPPING", "IN_TRANSIT", "COMPLETED", "NEW_ONE"]
)
def test_every_other_status_is_due_now(status: str) -> None:
    assert _due(status=status) == Due(OrderState.WAITING, None, NOW)


def test_an_order_older_than_the_store_is_left_to_a_backfill() -> None:
    after = datetime.fromtimestamp(CREATED + 1, UTC)
    due = _due(start_from=after)
    assert (due.state, due.reason.code if due.reason else None) == (
        OrderState.IGNORED,
        ReasonCode.BEFORE_START,
    )
    assert _due(start_from=after, scheduled=False) == Due(OrderState.WAITING, None, NOW)
    assert _due(start_from=datetime.fromtimestamp(CREATED, UTC)) == Due(OrderState.WAITING, None, NOW)


def test_an_unpaid_order_waits_whatever_else_holds() -> None:
    due = _due(
        status="UNPAID",
        start_from=NOW,
        fulfillment_type="FULFILLMENT_BY_TIKTOK",
        settings={"import_fulfilled_by_tiktok": False},
    )
    assert due.reason is not None
    assert due.reason.code == ReasonCode.UNPAID


@pytest.mark.parametrize(("switched_on", "state"), [(True, OrderState.WAITING), (False, OrderState.IGNORED)])
def test_orders_tiktok_fulfils_can_be_switched_off(switched_on: bool, state: OrderState) -> None:
    settings = {"import_fulfilled_by_tiktok": switched_on}
    assert _due(fulfillment_type="FULFILLMENT_BY_TIKTOK", settings=settings).state == state


@pytest.mark.parametrize(
    ("minutes", "fields", "held"),
    [
        (60, {"is_on_hold_order": False}, True),
        (60, {"is_on_hold_order": True}, False),
        (10, {"is_on_hold_order": False}, False),
        (0, {"is_on_hold_order": False}, False),
        (60, {"is_on_hold_order": False, "status": "IN_TRANSIT"}, False),
    ],
)
def test_the_stores_own_hold_runs_from_payment(minutes: int, fields: dict[str, Any], held: bool) -> None:
    due = _due(settings={"hold_minutes": minutes}, **fields)
    free_at = PAID + timedelta(minutes=minutes)
    assert (due.reason is not None, due.next_try_at) == (held, free_at if held else NOW)


def test_an_order_that_was_not_paid_yet_is_held_from_its_creation() -> None:
    due = _due(settings={"hold_minutes": 60}, is_on_hold_order=False, paid_time=0)
    assert due.next_try_at == PAID + timedelta(minutes=59)


def test_a_time_at_the_end_of_all_calendars_is_no_time() -> None:
    last = 253402300799
    settings = {"hold_minutes": 5}
    assert _due(settings=settings, is_on_hold_order=False, paid_time=last).reason is None

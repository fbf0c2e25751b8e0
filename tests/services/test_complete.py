"""Completion: 14 × 24 hours after delivery, unless a return or refund stands."""

from datetime import timedelta

import pytest

from connector.sandbox.faults import Fault, FaultKind
from tests.services.conftest import Connector, only_sqlite

FORTNIGHT = timedelta(days=14)


@pytest.fixture
def delivered(shop: Connector) -> str:
    """An order delivered at the clock's present instant."""
    order_id = shop.us.place()
    shop.us.tiktok.move_order(order_id, "DELIVERED")
    shop.sync()
    return order_id


def test_a_second_before_fourteen_days_nothing_is_completed(shop: Connector, delivered: str) -> None:
    at = shop.runtime.clock.now() + FORTNIGHT
    assert shop.complete(at - timedelta(seconds=1)).completed == 0
    assert shop.order(delivered)["status"] == "delivered"


def test_a_second_after_fourteen_days_it_is_completed_once(shop: Connector, delivered: str) -> None:
    at = shop.runtime.clock.now() + FORTNIGHT + timedelta(seconds=1)
    assert shop.complete(at).completed == 1
    shown = shop.order(delivered)
    assert (shown["status"], shown["completed_by"]) == ("completed", "connector")
    assert shop.complete(at).completed == 0
    assert shop.order(delivered) == shown


def test_what_tiktok_completed_itself_is_credited_to_tiktok(shop: Connector, delivered: str) -> None:
    shop.wait(days=15)
    shop.us.tiktok.move_order(delivered, "COMPLETED")
    assert shop.complete().completed == 0
    assert shop.order(delivered)["completed_by"] == "tiktok"


def test_tiktok_cannot_be_asked_so_nothing_is_completed(shop: Connector, delivered: str) -> None:
    shop.wait(days=15)
    shop.platforms.tiktok_faults.add(".*return.*", Fault(FaultKind.STATUS, status=503))
    result = shop.complete()
    assert result.error is not None
    assert shop.order(delivered)["status"] == "delivered"


STANDING = (
    "RETURN_OR_REFUND_REQUEST_PENDING",
    "REPLACEMENT_REQUEST_PENDING",
    "EXCHANGE_REQUEST_PENDING",
    "AWAITING_BUYER_RESPONSE",
    "AWAITING_BUYER_SHIP",
    "BUYER_SHIPPED_ITEM",
    "RETURN_OR_REFUND_REQUEST_SUCCESS",
    "REPLACEMENT_REQUEST_REFUND_SUCCESS",
    "EXCHANGE_REQUEST_REFUND_SUCCESS",
    "RETURN_OR_REFUND_REQUEST_COMPLETE",
    "REPLACEMENT_REQUEST_COMPLETE",
    "EXCHANGE_REQUEST_COMPLETE",
    "A_STATUS_OF_TOMORROW",
)
REJECTED = ("REFUND_OR_RETURN_REQUEST_REJECT", "REJECT_RECEIVE_PACKAGE", "REPLACEMENT_REQUEST_REJECT")
WITHDRAWN = (
    "RETURN_OR_REFUND_REQUEST_CANCEL",
    "RETURN_OR_REFUND__REQUEST_CANCELLED",
    "REPLACEMENT_REQUEST_CANCEL",
    "EXCHANGE_REQUEST_CANCEL",
)


@pytest.mark.parametrize(
    ("status", "arbitration", "completes"),
    [
        *((status, "", False) for status in STANDING),
        *((status, "", True) for status in (*REJECTED, *WITHDRAWN)),
        *((status, "IN_PROGRESS", False) for status in REJECTED),
        *((status, "SUPPORT_BUYER", False) for status in REJECTED),
        *((status, "SUPPORT_SELLER", True) for status in REJECTED),
        *((status, "CLOSED", True) for status in REJECTED),
    ],
)
@only_sqlite
def test_returns_keep_an_order_open_unless_withdrawn_or_finally_rejected(
    shop: Connector, delivered: str, status: str, arbitration: str, completes: bool
) -> None:
    return_id = shop.us.tiktok.open_return(delivered)
    shop.us.tiktok.move_return(return_id, status, arbitration=arbitration)
    shop.wait(days=15)

    assert shop.complete().completed == int(completes)
    assert shop.order(delivered)["status"] == ("completed" if completes else "delivered")

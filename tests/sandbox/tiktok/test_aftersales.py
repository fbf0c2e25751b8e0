"""Returns, cancellations and what they do to an order."""

from decimal import Decimal
from typing import Any, Literal

import pytest

from tests.platforms import TikTokSandbox
from tests.sandbox.tiktok.caller import CANCELLATIONS, RETURNS, call, data, refused


def returns(tiktok: TikTokSandbox, **body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data(call(tiktok, "POST", RETURNS, body=body or {"update_time_ge": 0}))[
        "return_orders"
    ]
    return found


def cancellations(tiktok: TikTokSandbox, **body: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data(call(tiktok, "POST", CANCELLATIONS, body=body))["cancellations"]
    return found


def test_a_return_is_found_by_order_and_by_status(tiktok: TikTokSandbox) -> None:
    order_id, other_id = tiktok.place(quantity=2, status="DELIVERED"), tiktok.place(status="DELIVERED")
    unit_id = tiktok.world.order(order_id)["line_items"][0]["id"]
    return_id = tiktok.world.open_return(order_id, unit_ids=[unit_id])
    tiktok.world.open_return(other_id, "AWAITING_BUYER_SHIP", arbitration="IN_PROGRESS")
    (found,) = returns(tiktok, order_ids=[order_id])
    assert (found["return_id"], len(found["return_line_items"])) == (return_id, 1)
    assert "arbitration_status" not in found
    (arbitrated,) = returns(tiktok, return_status=["AWAITING_BUYER_SHIP"])
    assert arbitrated["arbitration_status"] == "IN_PROGRESS"
    tiktok.world.move_return(return_id, "RETURN_OR_REFUND_REQUEST_COMPLETE")
    assert returns(tiktok, order_ids=[order_id])[0]["return_status"] == "RETURN_OR_REFUND_REQUEST_COMPLETE"


def test_the_oldest_first_in_pages_of_ten_to_fifty(tiktok: TikTokSandbox) -> None:
    ids = [tiktok.world.open_return(tiktok.place(status="DELIVERED")) for _ in range(12)]
    first = data(call(tiktok, "POST", RETURNS, body={"create_time_ge": 0}))
    rest = data(
        call(tiktok, "POST", RETURNS, {"page_token": first["next_page_token"]}, {"create_time_ge": 0})
    )
    assert [found["return_id"] for found in first["return_orders"] + rest["return_orders"]] == ids
    assert (len(first["return_orders"]), rest["next_page_token"], rest["total_count"]) == (10, "", 12)
    assert refused(call(tiktok, "POST", RETURNS, {"page_size": "51"}, {}))[0] == 36009004


@pytest.mark.parametrize("ending", ["CANCEL", "CANCELLED"])
def test_withdrawn_requests_are_spelled_either_way(
    tiktok: TikTokSandbox, ending: Literal["CANCEL", "CANCELLED"]
) -> None:
    tiktok.world.facts.cancel_spelling = ending
    order_id = tiktok.place(status="DELIVERED")
    tiktok.world.open_return(order_id, "RETURN_OR_REFUND_REQUEST_CANCEL")
    tiktok.world.open_cancellation(order_id, "CANCELLATION_REQUEST_CANCEL")
    assert returns(tiktok)[0]["return_status"] == f"RETURN_OR_REFUND_REQUEST_{ending}"
    assert cancellations(tiktok)[0]["cancel_status"] == f"CANCELLATION_REQUEST_{ending}"


@pytest.mark.parametrize(("way", "held"), [("unchanged", 48), ("recalculated", 24)])
def test_a_cancelled_unit_and_the_payment(
    tiktok: TikTokSandbox, way: Literal["unchanged", "recalculated"], held: int
) -> None:
    tiktok.world.facts.payment_after_partial_cancel = way
    order_id = tiktok.place(quantity=2)
    units = [unit["id"] for unit in tiktok.world.order(order_id)["line_items"]]
    cancel_id = tiktok.world.cancel_units(order_id, units[:1])
    order = tiktok.world.order(order_id)
    assert order["status"] == "AWAITING_SHIPMENT"
    assert [unit["display_status"] for unit in order["line_items"]] == ["CANCELLED", "AWAITING_SHIPMENT"]
    assert Decimal(order["payment"]["total_amount"]) == held
    assert cancellations(tiktok, cancel_ids=[cancel_id])[0]["refund_amount"]["refund_total"] == "24.00"
    tiktok.world.cancel_units(order_id, units[1:])
    assert tiktok.world.order(order_id)["status"] == "CANCELLED"


def test_the_older_version_answers_too(tiktok: TikTokSandbox) -> None:
    tiktok.world.open_cancellation(tiktok.place())
    answer = call(tiktok, "POST", CANCELLATIONS.replace("202602", "202309"), body={})
    assert data(answer)["total_count"] == 1

"""What may follow on an order that exists: cancelling it, and fulfilling units shipped later.

Neither can be sent with an idempotency key, so each reads the order first and does only what is left to do.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from connector.errors import OutcomeUnknown, RequestRefused, Unavailable
from connector.shopify.answers import mapping, member, user_errors
from connector.shopify.calls import Calls
from connector.shopify.documents import document
from connector.shopify.results import CancelResult, FulfilResult, OrderStanding, Tracking

_POLL_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
_OPEN = frozenset({"OPEN", "IN_PROGRESS", "SCHEDULED"})


async def cancel_order(calls: Calls, order_id: str, *, restock: bool) -> CancelResult:
    """Cancel an order without refund or mail; the money moves at TikTok.

    Raises Unavailable when it is not known yet whether Shopify will have cancelled it: ask again later.
    """
    try:
        return await _cancel(calls, order_id, restock=restock)
    except RequestRefused as error:
        return CancelResult("refused", str(error))


async def _cancel(calls: Calls, order_id: str, *, restock: bool) -> CancelResult:
    if await _is_cancelled(calls, order_id):
        return CancelResult("already")
    variables = {
        "orderId": order_id,
        "reason": "CUSTOMER",
        "restock": restock,
        "notifyCustomer": False,
        "staffNote": "Cancelled on TikTok Shop",
        "refundMethod": {"originalPaymentMethodsRefund": False},
    }
    job_id, refusal = None, ""
    try:
        payload = await calls.write(document("cancel_order"), variables, "orderCancel")
    except OutcomeUnknown:
        pass
    else:
        job_id = member(payload.get("job"), "id")
        refusal = "; ".join(error.message for error in user_errors(payload.get("orderCancelUserErrors")))
    if refusal:
        return (
            CancelResult("already")
            if await _is_cancelled(calls, order_id)
            else CancelResult("refused", refusal)
        )
    return await _end_of_cancel(calls, order_id, job_id)


async def _end_of_cancel(calls: Calls, order_id: str, job_id: Any) -> CancelResult:
    """Cancelling is a job on Shopify's side: wait for it, then look at the order itself."""
    for wait in _POLL_SECONDS:
        is_done = isinstance(job_id, str) and await _is_job_done(calls, job_id)
        if await _is_cancelled(calls, order_id):
            return CancelResult("done")
        if is_done:
            return CancelResult("refused", "Shopify ended the cancellation without cancelling the order")
        await calls.clock.sleep(wait)
    raise Unavailable("Shopify has not cancelled the order yet", platform="shopify", retry_after=60.0)


async def _is_job_done(calls: Calls, job_id: str) -> bool:
    answer = await calls.read(document("job"), {"id": job_id})
    return member(member(answer.data, "job"), "done") is True


async def _is_cancelled(calls: Calls, order_id: str) -> bool:
    standing = await order_standing(calls, order_id)
    if not standing.is_there:
        raise RequestRefused("the order is not on Shopify any more", platform="shopify", code="NOT_FOUND")
    return standing.is_cancelled


async def order_standing(calls: Calls, order_id: str) -> OrderStanding:
    """Whether an order is still there, and whether it is cancelled."""
    answer = await calls.read(document("order_state"), {"id": order_id})
    order = member(answer.data, "order")
    if order is None:
        return OrderStanding(is_there=False)
    return OrderStanding(is_there=True, is_cancelled=member(order, "cancelledAt") is not None)


async def fulfil_units(
    calls: Calls, order_id: str, units: Mapping[str, int], tracking: Tracking | None
) -> FulfilResult:
    """Make so many units of each variant (by gid) fulfilled in all, counting those that are already.

    Raises Unavailable when it is not known whether Shopify did it: the next call counts again.
    """
    try:
        return await _fulfil_what_is_left(calls, order_id, units, tracking)
    except RequestRefused as error:
        return FulfilResult("refused", str(error))


async def _fulfil_what_is_left(
    calls: Calls, order_id: str, units: Mapping[str, int], tracking: Tracking | None
) -> FulfilResult:
    chosen = await _units_left(calls, order_id, units)
    if chosen is None:
        return FulfilResult("refused", "the order is cancelled on Shopify")
    if not chosen:
        return FulfilResult("already")
    fulfilled: dict[str, int] = {}
    for fulfillment_order_id, lines in chosen.items():
        refusal = await _fulfil(calls, fulfillment_order_id, lines, tracking)
        if refusal:
            return FulfilResult("refused", refusal, fulfilled)
        for _, variant_id, quantity in lines:
            fulfilled[variant_id] = fulfilled.get(variant_id, 0) + quantity
    return FulfilResult("done", "", fulfilled)


_Lines = list[tuple[str, str, int]]


async def _units_left(calls: Calls, order_id: str, units: Mapping[str, int]) -> dict[str, _Lines] | None:
    """Per fulfilment order the lines (line id, variant id, quantity) to fulfil; None: order cancelled."""
    left = dict(units)
    candidates: list[tuple[str, str, str, int]] = []
    async for order, fulfillment_order in _fulfillment_orders(calls, order_id):
        if member(order, "cancelledAt") is not None:
            return None
        for line_id, variant_id, total, remaining in _lines(fulfillment_order):
            left[variant_id] = left.get(variant_id, 0) - (total - remaining)
            if member(fulfillment_order, "status") in _OPEN and remaining > 0:
                candidates.append((str(member(fulfillment_order, "id")), line_id, variant_id, remaining))
    chosen: dict[str, _Lines] = {}
    for fulfillment_order_id, line_id, variant_id, remaining in candidates:
        quantity = min(remaining, left.get(variant_id, 0))
        if quantity > 0:
            left[variant_id] -= quantity
            chosen.setdefault(fulfillment_order_id, []).append((line_id, variant_id, quantity))
    return chosen


def _lines(fulfillment_order: object) -> list[tuple[str, str, int, int]]:
    line_items = member(fulfillment_order, "lineItems")
    if member(member(line_items, "pageInfo"), "hasNextPage") is True:
        raise RequestRefused("the order has more lines than can be fulfilled at once", platform="shopify")
    nodes = member(line_items, "nodes") or []
    found = []
    for node in nodes:
        variant_id = member(member(node, "variant"), "id")
        total, remaining = member(node, "totalQuantity"), member(node, "remainingQuantity")
        if isinstance(variant_id, str) and isinstance(total, int) and isinstance(remaining, int):
            found.append((str(member(node, "id")), variant_id, total, remaining))
    return found


async def _fulfillment_orders(calls: Calls, order_id: str) -> AsyncIterator[tuple[object, object]]:
    after: str | None = None
    while True:
        answer = await calls.read(document("fulfillment_orders"), {"id": order_id, "after": after})
        order = mapping(member(answer.data, "order"))
        if order is None:
            raise RequestRefused("the order is not on Shopify any more", platform="shopify", code="NOT_FOUND")
        connection = order.get("fulfillmentOrders")
        for node in member(connection, "nodes") or []:
            yield order, node
        page = member(connection, "pageInfo")
        if member(page, "hasNextPage") is not True or member(page, "endCursor") == after:
            return
        after = member(page, "endCursor")


async def _fulfil(calls: Calls, fulfillment_order_id: str, lines: _Lines, tracking: Tracking | None) -> str:
    """Fulfil lines of one fulfilment order; gives Shopify's refusal, or an empty text."""
    fulfillment: dict[str, Any] = {
        "lineItemsByFulfillmentOrder": [
            {
                "fulfillmentOrderId": fulfillment_order_id,
                "fulfillmentOrderLineItems": [
                    {"id": line_id, "quantity": quantity} for line_id, _, quantity in lines
                ],
            }
        ],
        "notifyCustomer": False,
    }
    if tracking is not None:
        company = {"company": tracking.company} if tracking.company else {}
        fulfillment["trackingInfo"] = {"number": tracking.number, **company}
    try:
        payload = await calls.write(
            document("create_fulfillment"), {"fulfillment": fulfillment}, "fulfillmentCreate"
        )
    except OutcomeUnknown as error:
        raise Unavailable(str(error), platform="shopify") from None
    if member(payload.get("fulfillment"), "id"):
        return ""
    errors = user_errors(payload.get("userErrors"))
    return "; ".join(error.message for error in errors) or "Shopify gives no reason"

"""Fulfilment orders and parcels."""

from collections.abc import Iterable, Sequence
from typing import Any

from connector.sandbox.shopify.call import Call, UserError, user_error
from connector.sandbox.shopify.records import (
    Fulfillment,
    FulfillmentOrder,
    FulfillmentOrderLine,
    LineItem,
    Order,
    legacy_id,
)
from connector.sandbox.shopify.stock import ship

Tracking = list[dict[str, str | None]]


def open_fulfillment_orders(call: Call, order: Order) -> None:
    """One fulfilment order for each place whose stock the order takes; the default place for the rest."""
    by_place: dict[str, list[LineItem]] = {}
    for line in order.lines:
        by_place.setdefault(line.claimed_at or call.world.location.id, []).append(line)
    places = {place.id: place for place in call.world.catalog.locations}
    for place_id, lines in by_place.items():
        found = FulfillmentOrder(
            id=call.world.new_id("FulfillmentOrder"),
            order=order,
            location=places[place_id],
            status="OPEN",
            created_at=call.now,
            updated_at=call.now,
            lines=[_whole_line(call, line) for line in lines],
        )
        order.fulfillment_orders.append(found)
        call.world.fulfillment_orders[found.id] = found


def _whole_line(call: Call, line: LineItem) -> FulfillmentOrderLine:
    return FulfillmentOrderLine(
        call.world.new_id("FulfillmentOrderLineItem"), line, line.quantity, line.quantity
    )


def ship_all(call: Call, order: Order, tracking: Tracking) -> None:
    """Fulfil every line of an order, as it is created already shipped."""
    for fulfillment_order in order.fulfillment_orders:
        _ship(
            call,
            fulfillment_order,
            [(line, line.remaining_quantity) for line in fulfillment_order.lines],
            tracking,
        )


def fulfillment_create(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """The payload of `fulfillmentCreate`; a part that is not open any more refuses the whole call."""
    chosen: list[tuple[FulfillmentOrder, list[tuple[FulfillmentOrderLine, int]]]] = []
    errors: list[UserError] = []
    for part in given["lineItemsByFulfillmentOrder"]:
        found = call.world.fulfillment_orders.get(part["fulfillmentOrderId"])
        if found is None:
            errors.append(user_error("Fulfillment order does not exist.", "fulfillment"))
            continue
        picked, problems = _pick(found, part.get("fulfillmentOrderLineItems"))
        errors += problems
        chosen.append((found, picked))
    if len({found.location.id for found, _ in chosen}) > 1:
        errors.append(user_error("All fulfillment orders must have the same location.", "fulfillment"))
    if errors or not chosen:
        return {"fulfillment": None, "userErrors": errors}
    tracking = tracking_from(given.get("trackingInfo"))
    parcels = [_ship(call, found, picked, tracking) for found, picked in chosen]
    for found, _ in chosen:
        call.world.book.touch(found.order, call.now)
        complete = all(line.unfulfilled_quantity == 0 for line in found.order.lines)
        topic = "ORDERS_FULFILLED" if complete else "ORDERS_PARTIALLY_FULFILLED"
        call.world.outbox.order_event(topic, found.order)
        call.world.outbox.order_event("FULFILLMENTS_CREATE", found.order)
        call.world.outbox.order_event("ORDERS_UPDATED", found.order)
    return {"fulfillment": parcels[0], "userErrors": []}


def update_tracking(call: Call, fulfillment_id: str, given: dict[str, Any]) -> dict[str, Any]:
    """The payload of `fulfillmentTrackingInfoUpdate`."""
    found = call.world.fulfillments.get(fulfillment_id)
    if found is None:
        return {
            "fulfillment": None,
            "userErrors": [user_error("Fulfillment does not exist.", "fulfillmentId")],
        }
    found.tracking_info = tracking_from(given)
    found.updated_at = call.now
    call.world.book.touch(found.order, call.now)
    call.world.outbox.order_event("FULFILLMENTS_UPDATE", found.order)
    return {"fulfillment": found, "userErrors": []}


def tracking_from(given: dict[str, Any] | None) -> Tracking:
    """The tracking entries of a `FulfillmentTrackingInput`: one for each number."""
    if not given:
        return []
    numbers = [*([given["number"]] if given.get("number") else []), *(given.get("numbers") or ())]
    urls = [*([given["url"]] if given.get("url") else []), *(given.get("urls") or ())]
    count = max(len(numbers), len(urls))
    return [
        {"company": given.get("company"), "number": _at(numbers, spot), "url": _at(urls, spot)}
        for spot in range(count)
    ]


def _at(values: Sequence[str], spot: int) -> str | None:
    return values[spot] if spot < len(values) else None


def _pick(
    found: FulfillmentOrder, wanted: Iterable[dict[str, Any]] | None
) -> tuple[list[tuple[FulfillmentOrderLine, int]], list[UserError]]:
    if found.status not in ("OPEN", "IN_PROGRESS"):
        number, status = legacy_id(found.id), found.status.lower()
        message = f"Fulfillment order {number} has an unfulfillable status= {status}."
        return [], [user_error(message, "fulfillment")]
    if not wanted:
        return [(line, line.remaining_quantity) for line in found.lines if line.remaining_quantity], []
    lines = {line.id: line for line in found.lines}
    picked = [(lines.get(entry["id"]), entry["quantity"]) for entry in wanted]
    good = [
        (line, count) for line, count in picked if line is not None and 0 < count <= line.remaining_quantity
    ]
    if len(good) < len(picked):
        return [], [user_error("Invalid fulfillment order line item quantity requested.", "fulfillment")]
    return good, []


def _ship(
    call: Call, found: FulfillmentOrder, picked: list[tuple[FulfillmentOrderLine, int]], tracking: Tracking
) -> Fulfillment:
    for line, count in picked:
        line.remaining_quantity -= count
        line.line_item.unfulfilled_quantity -= count
        ship(call, line.line_item, count)
    order = found.order
    parcel = Fulfillment(
        id=call.world.new_id("Fulfillment"),
        name=f"{order.name}-F{len(order.fulfillments) + 1}",
        order=order,
        location=found.location,
        fulfillment_order=found,
        lines=[(call.world.new_id("FulfillmentLineItem"), line.line_item, count) for line, count in picked],
        status="SUCCESS",
        created_at=call.now,
        updated_at=call.now,
        tracking_info=[dict(entry) for entry in tracking],
    )
    order.fulfillments.append(parcel)
    call.world.fulfillments[parcel.id] = parcel
    found.status = "CLOSED" if all(line.remaining_quantity == 0 for line in found.lines) else "IN_PROGRESS"
    found.updated_at = call.now
    return parcel

"""Mutations of an existing order: cancel, close, pay, update, tag."""

from decimal import Decimal
from typing import Any

from connector.sandbox.shopify.addresses import address_errors, phone_is_valid
from connector.sandbox.shopify.call import Call, UserError, user_error
from connector.sandbox.shopify.identifiers import new_metafield
from connector.sandbox.shopify.jobs import Job
from connector.sandbox.shopify.metafields import full_namespace
from connector.sandbox.shopify.money import MoneyBag
from connector.sandbox.shopify.records import Order, Transaction
from connector.sandbox.shopify.stock import restock as give_back

_STAFF_NOTE_LENGTH = 255


def order_cancel(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """The payload of `orderCancel`: a job that ends later, or errors. Irreversible; also closes the order."""
    order = call.world.book.get(given["orderId"])
    errors = _cancel_errors(order, given)
    if order is None or errors:
        return {"job": None, "jobResult": None, "orderCancelUserErrors": errors, "userErrors": errors}
    job = Job(call.world.new_id("Job"), order=order)
    call.world.jobs[job.id] = job
    call.world.after(call.world.switches.job_seconds, lambda: _cancel(call, job, given))
    call.world.settle()
    return {"job": job, "jobResult": job, "orderCancelUserErrors": [], "userErrors": []}


def _cancel_errors(order: Order | None, given: dict[str, Any]) -> list[UserError]:
    if order is None:
        return [user_error("Order does not exist", "orderId", code="NOT_FOUND")]
    if order.cancelled_at is not None:
        return [user_error("Cannot cancel an order that has already been canceled", "orderId")]
    if order.fulfillments:
        return [user_error("Cannot cancel an order with outstanding fulfillments", "orderId")]
    if given.get("refund") is not None and given.get("refundMethod"):
        return [user_error("Only one of refund and refundMethod can be given", "refundMethod")]
    if len(given.get("staffNote") or "") > _STAFF_NOTE_LENGTH:
        return [
            user_error(f"Staff note is too long (maximum is {_STAFF_NOTE_LENGTH} characters)", "staffNote")
        ]
    return []


def _cancel(call: Call, job: Job, given: dict[str, Any]) -> None:
    job.done = True
    order: Order = job.order
    if order.cancelled_at is not None or order.fulfillments:
        job.errors = _cancel_errors(order, given)
        return
    now = call.world.clock.now()
    order.cancelled_at = order.closed_at = now
    order.cancel_reason = given["reason"]
    for line in order.lines:
        if given["restock"]:
            give_back(call, line, line.unfulfilled_quantity)
        line.current_quantity = line.unfulfilled_quantity = 0
    for fulfillment_order in order.fulfillment_orders:
        fulfillment_order.status = "CLOSED"
    if (given.get("refundMethod") or {}).get("originalPaymentMethodsRefund") or given.get("refund"):
        order.refunded = order.paid("SALE", "CAPTURE")
    call.world.book.touch(order, now)
    call.world.outbox.order_event("ORDERS_CANCELLED", order)
    call.world.outbox.order_event("ORDERS_UPDATED", order)


def order_close(call: Call, order_id: str) -> dict[str, Any]:
    """The payload of `orderClose`; repeating it succeeds silently."""
    order = call.world.book.get(order_id)
    if order is None:
        return {"order": None, "userErrors": [user_error("Order does not exist", "id", code=None)]}
    if order.closed_at is None:
        order.closed_at = call.now
        _changed(call, order)
    return {"order": order, "userErrors": []}


def order_mark_as_paid(call: Call, order_id: str) -> dict[str, Any]:
    """The payload of `orderMarkAsPaid`."""
    order = call.world.book.get(order_id)
    if order is None:
        return {"order": None, "userErrors": [user_error("Order does not exist", "id", code=None)]}
    outstanding = order.total - order.paid("SALE", "CAPTURE")
    if outstanding <= Decimal(0):
        return {
            "order": order,
            "userErrors": [user_error("Order cannot be marked as paid.", "id", code=None)],
        }
    money = MoneyBag.same(outstanding, order.currency_code)
    new_id = call.world.new_id("OrderTransaction")
    order.transactions.append(
        Transaction(new_id, "SALE", "SUCCESS", "manual", money, call.now, call.now, order.test)
    )
    _changed(call, order)
    return {"order": order, "userErrors": []}


def order_update(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """The payload of `orderUpdate`; lists replace what was there."""
    order = call.world.book.get(given["id"])
    if order is None:
        return {"order": None, "userErrors": [user_error("Order does not exist", "id", code=None)]}
    if set(given) == {"id"}:
        return {
            "order": order,
            "userErrors": [user_error("No valid update parameters have been provided", code=None)],
        }
    errors = address_errors(given.get("shippingAddress"), call.world.switches, "shippingAddress")
    if given.get("phone") and not phone_is_valid(given["phone"]):
        errors.append(user_error("Phone is invalid", "phone", code=None))
    if errors:
        return {"order": order, "userErrors": errors}
    order.note = given.get("note", order.note)
    order.email = given.get("email", order.email)
    order.phone = given.get("phone", order.phone)
    order.po_number = given.get("poNumber", order.po_number)
    order.tags = sorted(set(given["tags"])) if "tags" in given else order.tags
    order.shipping_address = given.get("shippingAddress", order.shipping_address)
    order.custom_attributes = given.get("customAttributes", order.custom_attributes)
    _changed(call, order)
    return {"order": order, "userErrors": []}


def tags_add(call: Call, node_id: str, tags: list[str]) -> dict[str, Any]:
    """The payload of `tagsAdd`, for orders."""
    order = call.world.book.get(node_id)
    if order is None:
        return {"node": None, "userErrors": [user_error("Node does not exist", "id", code=None)]}
    order.tags = sorted({*order.tags, *tags})
    _changed(call, order)
    return {"node": order, "userErrors": []}


def metafields_set(call: Call, given: list[dict[str, Any]]) -> dict[str, Any]:
    """The payload of `metafieldsSet`, for orders: all or nothing, unique values enforced."""
    orders = [call.world.book.get(entry["ownerId"]) for entry in given]
    for number, (entry, order) in enumerate(zip(given, orders, strict=True)):
        problem = "Owner does not exist" if order is None else _set_problem(call, entry, order)
        if problem:
            code = "INVALID" if order is None else "TAKEN"
            error = {**user_error(problem, "metafields", str(number), code=code), "elementIndex": number}
            return {"metafields": None, "userErrors": [error]}
    kept = [_set(call, entry, order) for entry, order in zip(given, orders, strict=True) if order is not None]
    return {"metafields": kept, "userErrors": []}


def _set_problem(call: Call, entry: dict[str, Any], order: Order) -> str | None:
    definition = call.world.definitions.find(full_namespace(entry.get("namespace")), entry["key"])
    if definition is None:
        return None if entry.get("type") else "Type can't be blank"
    holders = definition.holders(entry["value"], before=call.now) if definition.unique else []
    return "Value has already been taken" if any(holder is not order for holder in holders) else None


def _set(call: Call, entry: dict[str, Any], order: Order) -> Any:
    metafield = new_metafield(call, entry)
    call.world.definitions.forget(order)
    same = (metafield.namespace, metafield.key)
    order.metafields = [held for held in order.metafields if (held.namespace, held.key) != same] + [metafield]
    call.world.definitions.keep(order, call.now)
    _changed(call, order)
    return metafield


def _changed(call: Call, order: Order) -> None:
    call.world.book.touch(order, call.now)
    call.world.outbox.order_event("ORDERS_UPDATED", order)

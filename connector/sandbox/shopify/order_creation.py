"""`orderCreate`: checks, then makes the order with everything that hangs on it. It is not idempotent."""

from typing import Any

from connector.sandbox.shopify.call import Call, UserError, access_denied
from connector.sandbox.shopify.customers import customer_of
from connector.sandbox.shopify.fulfilment import open_fulfillment_orders, ship_all
from connector.sandbox.shopify.identifiers import metafields_of
from connector.sandbox.shopify.order_lines import add_up, line_item, shipping_line, tax_lines, transaction
from connector.sandbox.shopify.order_rules import rate_error, refusals
from connector.sandbox.shopify.records import Order
from connector.sandbox.shopify.stock import claim, claim_errors
from connector.sandbox.shopify.switches import SourceName

_FIRST_NUMBER = 1001


def order_create(call: Call, given: dict[str, Any], options: dict[str, Any] | None) -> dict[str, Any]:
    """The payload of `orderCreate`: an order, or userErrors, or (by a switch) both."""
    if call.token.from_client_credentials and not call.world.switches.client_credentials_create:
        raise access_denied("orderCreate", ("offline token",))
    limited = rate_error(call)
    if limited is not None:
        return _refused([limited])
    behaviour = (options or {}).get("inventoryBehaviour") or "BYPASS"
    errors = refusals(call, given)
    if not errors and behaviour == "DECREMENT_OBEYING_POLICY":
        errors = claim_errors(call, given["lineItems"])
    if errors:
        return _refused(errors)
    order = _new_order(call, given)
    order.inventory_behaviour = behaviour
    order.receipt_sent = bool((options or {}).get("sendReceipt"))
    order.metafields, errors = metafields_of(call, given.get("metafields") or ())
    if behaviour != "BYPASS":
        for line in order.lines:
            claim(call, line)
    _fulfil(call, order, given)
    _keep(call, order)
    return {"order": order, "userErrors": errors}


def _new_order(call: Call, given: dict[str, Any]) -> Order:
    number = len(call.world.book) + _FIRST_NUMBER
    order = Order(
        id=call.world.new_id("Order"),
        number=number,
        name=given.get("name") or f"#{number}",
        app_id=call.app.id,
        created_at=call.now,
        processed_at=min(given.get("processedAt") or call.now, call.now),
        updated_at=call.now,
        currency_code=given.get("currency") or call.world.currency,
        presentment_currency_code=given.get("presentmentCurrency") or call.world.currency,
        taxes_included=bool(given.get("taxesIncluded")),
        test=bool(given.get("test")),
        lines=[line_item(call, line) for line in given["lineItems"]],
        shipping=[shipping_line(call, line) for line in given.get("shippingLines") or ()],
        tax_lines=tax_lines(given.get("taxLines"), call.world.currency),
        transactions=[transaction(call, payment) for payment in given.get("transactions") or ()],
        tags=sorted({tag.strip() for tag in given.get("tags") or () if tag.strip()}),
        custom_attributes=[dict(entry) for entry in given.get("customAttributes") or ()],
        customer=customer_of(call, given),
        customer_accepts_marketing=bool(given.get("buyerAcceptsMarketing")),
        email=given.get("email"),
        phone=given.get("phone"),
        note=given.get("note"),
        po_number=given.get("poNumber"),
        source_name=_source_name(call, given),
        source_identifier=given.get("sourceIdentifier"),
        source_url=given.get("sourceUrl"),
        shipping_address=given.get("shippingAddress"),
        billing_address=given.get("billingAddress"),
        given_financial_status=given.get("financialStatus"),
        closed_at=given.get("closedAt"),
    )
    add_up(order, given.get("discountCode"))
    return order


def _source_name(call: Call, given: dict[str, Any]) -> str | None:
    if call.world.switches.unregistered_source_name is SourceName.IGNORE:
        return call.app.client_id
    return given.get("sourceName") or call.app.client_id


def _fulfil(call: Call, order: Order, given: dict[str, Any]) -> None:
    open_fulfillment_orders(call, order)
    parcel = given.get("fulfillment")
    if parcel is None and given.get("fulfillmentStatus") != "FULFILLED":
        return
    parcel = parcel or {}
    numbers = [parcel["trackingNumber"]] if parcel.get("trackingNumber") else []
    numbers += parcel.get("trackingNumbers") or ()
    company = parcel.get("trackingCompany")
    ship_all(call, order, [{"company": company, "number": number, "url": None} for number in numbers])


def _keep(call: Call, order: Order) -> None:
    call.world.book.add(order)
    call.world.definitions.keep(order, call.now)
    if order.customer is not None:
        order.customer.number_of_orders += 1
    call.world.outbox.order_event("ORDERS_CREATE", order)


def _refused(errors: list[UserError]) -> dict[str, Any]:
    return {"order": None, "userErrors": errors}

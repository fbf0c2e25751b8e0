"""What `orderCreate` refuses, as userErrors; nothing here changes the shop."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from connector.sandbox.shopify.addresses import address_errors, email_is_valid, phone_is_valid
from connector.sandbox.shopify.call import Call, UserError, user_error
from connector.sandbox.shopify.customers import customer_errors
from connector.sandbox.shopify.identifiers import metafield_errors
from connector.sandbox.shopify.switches import SourceName

_NOTE_LENGTH = 5000
_TAG_LENGTH = 40
_TAG_COUNT = 250
_MINUTE = timedelta(seconds=60)
_PROTECTED_SOURCES = frozenset({"web", "pos", "shopify_draft_order", "iphone", "android"})
_LAST_STRICT_VERSION = "2026-04"
"""Up to this version a future `processedAt` is refused; later ones clamp it."""


def rate_error(call: Call) -> UserError | None:
    """The order limit of development stores: attempts within the last minute count."""
    limit = call.world.switches.orders_per_minute
    if limit is None:
        return None
    recent = call.world.recent_creates
    while recent and recent[0] <= call.now - _MINUTE:
        recent.popleft()
    if len(recent) < limit:
        recent.append(call.now)
        return None
    switches = call.world.switches
    return user_error(
        switches.order_limit_message, *(switches.order_limit_field or ()), code=switches.order_limit_code
    )


def refusals(call: Call, given: dict[str, Any]) -> list[UserError]:
    """Everything that keeps the order from being made."""
    switches = call.world.switches
    errors = [*_line_errors(call, given), *_money_errors(call, given), *_text_errors(call, given)]
    errors += address_errors(given.get("shippingAddress"), switches, "order", "shippingAddress")
    errors += address_errors(given.get("billingAddress"), switches, "order", "billingAddress")
    errors += customer_errors(call, given)
    errors += metafield_errors(call, given.get("metafields") or ())
    fulfillment = given.get("fulfillment")
    if fulfillment and fulfillment["locationId"] not in {place.id for place in call.world.catalog.locations}:
        errors.append(user_error("Location does not exist", "order", "fulfillment", "locationId"))
    return errors


def _line_errors(call: Call, given: dict[str, Any]) -> Iterator[UserError]:
    lines = given.get("lineItems") or ()
    if not lines:
        yield user_error("Line items must have at least one line item", "order", "lineItems")
    for number, line in enumerate(lines):
        if line["quantity"] < 1:
            yield user_error("Quantity must be greater than 0", "order", "lineItems", str(number), "quantity")
        if line.get("variantId") not in call.world.catalog.variants and not line.get("title"):
            yield user_error("Order Line items is invalid", "order")
            yield user_error("Line items Name can't be blank", "order", "lineItems")
            yield user_error("Line items Title can't be blank", "order", "lineItems")


def _money_errors(call: Call, given: dict[str, Any]) -> Iterator[UserError]:
    bags = list(_money_bags(given))
    if any(bag["shopMoney"]["amount"] < 0 for bag in bags):
        yield user_error("Price must be greater than or equal to 0", "order")
    shop = {bag["shopMoney"]["currencyCode"] for bag in bags} | {given.get("currency") or call.world.currency}
    if shop != {call.world.currency}:
        yield user_error("Currency must be the shop's currency", "order", "currency")
    shown = {bag["presentmentMoney"]["currencyCode"] for bag in bags if bag.get("presentmentMoney")}
    if shown and not given.get("presentmentCurrency"):
        yield user_error("Presentment currency can't be blank", "order", "presentmentCurrency")
    elif shown - {given.get("presentmentCurrency")}:
        yield user_error(
            "Presentment currency must match all presentment money", "order", "presentmentCurrency"
        )
    if given.get("taxLines") and any(line.get("taxLines") for line in given.get("lineItems") or ()):
        yield user_error("Tax lines can be on the order or the line items but not both", "order", "taxLines")


def _money_bags(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    lines = [*(given.get("lineItems") or ()), *(given.get("shippingLines") or ())]
    taxes = [*(given.get("taxLines") or ()), *(tax for line in lines for tax in line.get("taxLines") or ())]
    for priced in (*lines, *taxes):
        if priced.get("priceSet"):
            yield priced["priceSet"]
    for payment in given.get("transactions") or ():
        yield payment["amountSet"]


def _text_errors(call: Call, given: dict[str, Any]) -> Iterator[UserError]:
    switches = call.world.switches
    if len(given.get("note") or "") > _NOTE_LENGTH:
        yield user_error(f"Note is too long (maximum is {_NOTE_LENGTH} characters)", "order", "note")
    tags = given.get("tags") or ()
    if len(tags) > _TAG_COUNT or any(len(tag) > _TAG_LENGTH for tag in tags):
        yield user_error("Tags is invalid", "order", "tags")
    if given.get("email") and not email_is_valid(given["email"], switches):
        yield user_error("Email is invalid", "order", "email")
    if given.get("phone") and switches.strict_phones and not phone_is_valid(given["phone"]):
        yield user_error("Phone is invalid", "order", "phone")
    source = given.get("sourceName")
    if source and (source in _PROTECTED_SOURCES or switches.unregistered_source_name is SourceName.REFUSE):
        yield user_error("Source name is invalid", "order", "sourceName")
    processed = given.get("processedAt")
    if processed and processed > call.now and call.version <= _LAST_STRICT_VERSION:
        yield user_error("Processed at is invalid", "order", "processedAt", code="PROCESSED_AT_INVALID")

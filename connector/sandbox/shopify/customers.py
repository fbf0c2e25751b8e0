"""Customers: made or found by e-mail when an order names one."""

from typing import Any

from connector.sandbox.shopify.addresses import email_is_valid, phone_is_valid
from connector.sandbox.shopify.call import Call, UserError, user_error
from connector.sandbox.shopify.records import Customer


def customer_errors(call: Call, given: dict[str, Any]) -> list[UserError]:
    """What is wrong with the customer part of an `OrderCreateOrderInput`."""
    if given.get("customer") and given.get("customerId"):
        message = "Only one of customer and customerId can be given"
        return [user_error(message, "order", "customer", code="REDUNDANT_CUSTOMER_FIELDS")]
    if given.get("customerId") and given["customerId"] not in call.world.customers:
        return [user_error("Customer does not exist", "order", "customerId")]
    upsert = (given.get("customer") or {}).get("toUpsert")
    associate = (given.get("customer") or {}).get("toAssociate")
    if upsert:
        return _upsert_errors(call, upsert)
    if associate and call.world.switches.unknown_customer_is_error and _known(call, associate) is None:
        return [user_error("Customer does not exist", "order", "customer", "toAssociate")]
    return []


def customer_of(call: Call, given: dict[str, Any]) -> Customer | None:
    """The customer of a new order, made if needed; an e-mail alone is enough to make one."""
    if given.get("customerId"):
        return call.world.customers[given["customerId"]]
    choice = given.get("customer") or {}
    if choice.get("toAssociate"):
        return _known(call, choice["toAssociate"])
    upsert = choice.get("toUpsert") or ({"email": given["email"]} if given.get("email") else None)
    return None if upsert is None else _upserted(call, upsert)


def by_email(call: Call, email: str | None) -> Customer | None:
    """The customer of an e-mail address, case ignored."""
    return call.world.customer_emails.get((email or "").casefold())


def _known(call: Call, choice: dict[str, Any]) -> Customer | None:
    if choice.get("id"):
        return call.world.customers.get(choice["id"])
    return by_email(call, choice.get("email"))


def _upsert_errors(call: Call, upsert: dict[str, Any]) -> list[UserError]:
    path = ("order", "customer", "toUpsert")
    errors = []
    email, phone = upsert.get("email"), upsert.get("phone")
    if email and not email_is_valid(email, call.world.switches):
        errors.append(user_error("Email is invalid", *path, "email"))
    if phone and not phone_is_valid(phone):
        errors.append(user_error("Phone is invalid", *path, "phone"))
    elif phone:
        holder = call.world.customer_phones.get(phone)
        if holder is not None and holder is not _known(call, upsert):
            errors.append(user_error("Phone has already been taken", *path, "phone"))
    return errors


def _upserted(call: Call, upsert: dict[str, Any]) -> Customer:
    customer = _known(call, upsert)
    if customer is None:
        customer = Customer(
            call.world.new_id("Customer"), upsert.get("email"), None, None, None, [], call.now, call.now
        )
        call.world.customers[customer.id] = customer
        if customer.email:
            call.world.customer_emails[customer.email.casefold()] = customer
    customer.first_name = upsert.get("firstName") or customer.first_name
    customer.last_name = upsert.get("lastName") or customer.last_name
    if upsert.get("phone"):
        customer.phone = upsert["phone"]
        call.world.customer_phones[upsert["phone"]] = customer
    customer.tags = list(upsert.get("tags") or customer.tags)
    customer.updated_at = call.now
    return customer

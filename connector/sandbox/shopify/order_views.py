"""Statuses of an order that follow from what happened to it."""

from decimal import Decimal

from connector.sandbox.shopify.records import Order


def financial_status(order: Order) -> str | None:
    """Null for an order that has neither a transaction nor a given status, as was observed."""
    if order.refunded:
        return "REFUNDED" if order.refunded >= order.total else "PARTIALLY_REFUNDED"
    paid = order.paid("SALE", "CAPTURE")
    if order.paid("AUTHORIZATION"):
        return "AUTHORIZED" if not paid else "PARTIALLY_PAID"
    if any(payment.status == "SUCCESS" for payment in order.transactions):
        return "PAID" if paid >= order.total else "PARTIALLY_PAID"
    if order.transactions:
        return "PENDING"
    return order.given_financial_status


def fulfillment_status(order: Order) -> str:
    """By how much of the order is still to be shipped."""
    if not order.fulfillments:
        return "UNFULFILLED"
    if all(line.unfulfilled_quantity == 0 for line in order.lines):
        return "FULFILLED"
    return "PARTIALLY_FULFILLED"


def outstanding(order: Order) -> Decimal:
    """What is still to be paid."""
    return order.total - order.paid("SALE", "CAPTURE")

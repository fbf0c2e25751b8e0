"""How the objects of the schema read the shop's records, where a field is not simply an attribute."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from connector.sandbox.shopify.call import Call, Info, access_denied
from connector.sandbox.shopify.catalog_objects import (
    INVENTORY_ITEM,
    INVENTORY_LEVEL,
    PRODUCT,
    PRODUCT_VARIANT,
)
from connector.sandbox.shopify.customers import by_email
from connector.sandbox.shopify.metafields import MetafieldDefinition, full_namespace
from connector.sandbox.shopify.money import MoneyBag
from connector.sandbox.shopify.order_views import financial_status, fulfillment_status, outstanding
from connector.sandbox.shopify.paging import connect
from connector.sandbox.shopify.records import (
    Customer,
    Fulfillment,
    FulfillmentOrder,
    LineItem,
    Order,
    legacy_id,
)

Resolver = Callable[..., Any]
_READ_FULFILLMENT_ORDERS = (
    "read_assigned_fulfillment_orders",
    "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders",
)


def _bag(read: Callable[[Order], Decimal]) -> Resolver:
    return lambda order, _info: MoneyBag.same(read(order), order.currency_code)


def _total(order: Order, _info: Info) -> MoneyBag:
    bag = MoneyBag.same(order.total, order.currency_code)
    if order.presentment_currency_code == order.currency_code:
        return bag
    shown = MoneyBag.same(order.presentment_total, order.presentment_currency_code)
    return MoneyBag(bag.shop_money, shown.shop_money)


def _pages(read: Callable[[Any], list[Any]]) -> Resolver:
    return lambda source, info, **arguments: connect(read(source), arguments, everything=info.context.bulk)


def _fulfillment_orders(order: Order, info: Info, **arguments: Any) -> Any:
    call: Call = info.context
    if not call.may(*_READ_FULFILLMENT_ORDERS):
        raise access_denied("fulfillmentOrders", _READ_FULFILLMENT_ORDERS)
    return connect(order.fulfillment_orders, arguments, everything=call.bulk)


def _order_customer(order: Order, info: Info) -> Customer | None:
    call: Call = info.context
    if not call.may("read_customers"):
        raise access_denied("customer", ("read_customers",))
    return order.customer


def _metafield(order: Order, _info: Info, *, key: str, namespace: str | None = None) -> Any:
    wanted = full_namespace(namespace)
    return next((held for held in order.metafields if held.key == key and held.namespace == wanted), None)


def _first(read: Callable[[Any], list[Any]]) -> Resolver:
    return lambda source, _info, first=None: read(source)[:first]


def _address(read: Callable[[Order], dict[str, Any] | None]) -> Resolver:
    def resolve(order: Order, _info: Info) -> dict[str, Any] | None:
        given = read(order)
        if given is None:
            return None
        name = " ".join(part for part in (given.get("firstName"), given.get("lastName")) if part)
        identity = f"gid://shopify/MailingAddress/{legacy_id(order.id)}"
        return {**given, "id": identity, "name": name, "countryCodeV2": given.get("countryCode")}

    return resolve


ORDER: dict[str, Resolver] = {
    "billingAddress": _address(lambda order: order.billing_address),
    "shippingAddress": _address(lambda order: order.shipping_address),
    "closed": lambda order, _info: order.closed_at is not None,
    "confirmed": lambda _order, _info: True,
    "currentTotalPriceSet": _bag(lambda order: order.total - order.refunded),
    "originalTotalPriceSet": _total,
    "totalPriceSet": _total,
    "subtotalPriceSet": _bag(lambda order: order.subtotal),
    "totalDiscountsSet": _bag(lambda order: order.discount_total),
    "totalOutstandingSet": _bag(outstanding),
    "totalReceivedSet": _bag(lambda order: order.paid("SALE", "CAPTURE")),
    "totalRefundedSet": _bag(lambda order: order.refunded),
    "totalShippingPriceSet": _bag(lambda order: order.shipping_total),
    "totalTaxSet": _bag(lambda order: order.tax_total),
    "customer": _order_customer,
    "discountCodes": lambda order, _info: [order.discount_code] if order.discount_code else [],
    "displayFinancialStatus": lambda order, _info: financial_status(order),
    "displayFulfillmentStatus": lambda order, _info: fulfillment_status(order),
    "fulfillable": lambda order, _info: any(line.unfulfilled_quantity for line in order.lines),
    "fulfillmentOrders": _fulfillment_orders,
    "fulfillments": _first(lambda order: order.fulfillments),
    "fullyPaid": lambda order, _info: outstanding(order) <= 0,
    "unpaid": lambda order, _info: not order.paid("SALE", "CAPTURE"),
    "lineItems": _pages(lambda order: order.lines),
    "metafield": _metafield,
    "metafields": _pages(lambda order: order.metafields),
    "requiresShipping": lambda order, _info: any(line.requires_shipping for line in order.lines),
    "shippingLine": lambda order, _info: next(iter(order.shipping), None),
    "shippingLines": _pages(lambda order: order.shipping),
    "subtotalLineItemsQuantity": lambda order, _info: sum(line.quantity for line in order.lines),
    "taxLines": lambda order, _info: [
        *order.tax_lines,
        *(tax for line in order.lines for tax in line.tax_lines),
    ],
    "transactions": _first(lambda order: order.transactions),
}

LINE_ITEM: dict[str, Resolver] = {
    "name": lambda line, _info: " - ".join(part for part in (line.title, line.variant_title) if part),
    "discountedTotalSet": lambda line, _info: line.original_unit_price_set.times(line.quantity),
    "originalTotalSet": lambda line, _info: line.original_unit_price_set.times(line.quantity),
    "product": lambda line, _info: line.variant.product if line.variant else None,
    "refundableQuantity": lambda line, _info: line.current_quantity,
    "taxLines": _first(lambda line: line.tax_lines),
}


def _tracking(parcel: Fulfillment, _info: Info, first: int | None = None) -> list[dict[str, Any]]:
    return parcel.tracking_info[:first]


FULFILLMENT: dict[str, Resolver] = {
    "trackingInfo": _tracking,
    "fulfillmentLineItems": _pages(
        lambda parcel: [{"id": i, "lineItem": line, "quantity": count} for i, line, count in parcel.lines]
    ),
    "requiresShipping": lambda parcel, _info: any(line.requires_shipping for _, line, _ in parcel.lines),
    "totalQuantity": lambda parcel, _info: sum(count for _, _, count in parcel.lines),
    "deliveredAt": lambda _parcel, _info: None,
    "estimatedDeliveryAt": lambda _parcel, _info: None,
    "inTransitAt": lambda _parcel, _info: None,
}


def _actions(found: FulfillmentOrder, _info: Info) -> list[dict[str, str]]:
    return [{"action": "CREATE_FULFILLMENT"}] if found.status in ("OPEN", "IN_PROGRESS") else []


FULFILLMENT_ORDER: dict[str, Resolver] = {
    "assignedLocation": lambda found, _info: {"location": found.location, "name": found.location.name},
    "fulfillments": _pages(
        lambda found: [p for p in found.order.fulfillments if p.fulfillment_order is found]
    ),
    "lineItems": _pages(lambda found: found.lines),
    "orderId": lambda found, _info: found.order.id,
    "orderName": lambda found, _info: found.order.name,
    "supportedActions": _actions,
}


def _of_line(read: Callable[[LineItem], Any]) -> Resolver:
    return lambda part, _info: read(part.line_item)


FULFILLMENT_ORDER_LINE: dict[str, Resolver] = {
    "productTitle": _of_line(lambda line: line.title),
    "requiresShipping": _of_line(lambda line: line.requires_shipping),
    "sku": _of_line(lambda line: line.sku),
    "variant": _of_line(lambda line: line.variant),
}

CUSTOMER: dict[str, Resolver] = {
    "defaultEmailAddress": lambda customer, _info: (
        {"emailAddress": customer.email, "marketingState": "NOT_SUBSCRIBED"} if customer.email else None
    ),
    "displayName": lambda customer, _info: (
        " ".join(part for part in (customer.first_name, customer.last_name) if part) or (customer.email or "")
    ),
}

METAFIELD: dict[str, Resolver] = {
    "compareDigest": lambda held, _info: f"{abs(hash(held.value)):x}",
    "ownerType": lambda _held, _info: "ORDER",
    "definition": lambda held, info: info.context.world.definitions.find(held.namespace, held.key),
}


def _unique(definition: MetafieldDefinition, _info: Info) -> dict[str, Any]:
    eligible = definition.type_name in ("id", "number_integer", "single_line_text_field", "url")
    return {"uniqueValues": {"enabled": definition.unique, "eligible": eligible}}


METAFIELD_DEFINITION: dict[str, Resolver] = {
    "capabilities": _unique,
    "type": lambda definition, _info: {"name": definition.type_name, "category": "TEXT"},
}


OBJECTS: dict[str, dict[str, Resolver]] = {
    "Order": ORDER,
    "LineItem": LINE_ITEM,
    "ProductVariant": PRODUCT_VARIANT,
    "Product": PRODUCT,
    "InventoryItem": INVENTORY_ITEM,
    "InventoryLevel": INVENTORY_LEVEL,
    "Fulfillment": FULFILLMENT,
    "FulfillmentOrder": FULFILLMENT_ORDER,
    "FulfillmentOrderLineItem": FULFILLMENT_ORDER_LINE,
    "Customer": CUSTOMER,
    "Metafield": METAFIELD,
    "MetafieldDefinition": METAFIELD_DEFINITION,
    "ShippingLine": {
        "custom": lambda _line, _info: True,
        "discountedPriceSet": lambda line, _info: line.original_price_set,
    },
    "TaxLine": {
        "rate": lambda tax, _info: float(tax.rate),
        "ratePercentage": lambda tax, _info: float(tax.rate * 100),
    },
    "WebhookSubscription": {
        "apiVersion": lambda known, _info: {
            "handle": known.api_version,
            "supported": True,
            "displayName": known.api_version,
        }
    },
}
"""Resolvers by type and field; every other field is the attribute of its name in snake case."""


def customer_by(call: Call, identifier: dict[str, Any]) -> Customer | None:
    """The customer of a `CustomerIdentifierInput`."""
    if identifier.get("id"):
        return call.world.customers.get(identifier["id"])
    if identifier.get("phoneNumber"):
        return call.world.customer_phones.get(identifier["phoneNumber"])
    return by_email(call, identifier.get("emailAddress"))

"""The roots of reading."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from graphql import GraphQLError

from connector.sandbox.shopify.call import Call, Info
from connector.sandbox.shopify.metafields import full_namespace
from connector.sandbox.shopify.objects import Resolver, customer_by
from connector.sandbox.shopify.paging import connect
from connector.sandbox.shopify.records import Customer, Order, legacy_id
from connector.sandbox.shopify.versions import published_versions

NOT_FOUND = "NOT_FOUND"


def order_by_id(call: Call, order_id: str) -> Order | None:
    """An order that the app may see."""
    order = call.world.book.get(order_id)
    return order if order is not None and call.sees(order) else None


def _order_by_identifier(_root: Any, info: Info, *, identifier: dict[str, Any]) -> Order | None:
    call: Call = info.context
    if identifier.get("id"):
        return order_by_id(call, identifier["id"])
    custom = identifier["customId"]
    definition = call.world.definitions.find(full_namespace(custom.get("namespace")), custom["key"])
    if definition is None or definition.type_name != "id":
        message = "Metafield definition of type 'id' is required when using custom ids."
        raise GraphQLError(message, extensions={"code": NOT_FOUND})
    seen = call.now - timedelta(seconds=call.world.switches.identifier_lag)
    found = next((held for held in definition.holders(custom["value"], before=seen) if call.sees(held)), None)
    if found is None and call.world.switches.missing_identifier_is_error:
        raise GraphQLError("Order not found", extensions={"code": NOT_FOUND})
    return found


def _orders(_root: Any, info: Info, **page: Any) -> Any:
    call: Call = info.context
    found = call.searches.orders.find(call, page.get("query"), page["sortKey"])
    return connect(found, page, everything=call.bulk)


def _variants(_root: Any, info: Info, **page: Any) -> Any:
    call: Call = info.context
    found = call.searches.variants.find(call, page.get("query"), page["sortKey"])
    return connect(found, page, everything=call.bulk)


def _count(found: list[Any], limit: int | None) -> dict[str, Any]:
    if limit is not None and len(found) > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": len(found), "precision": "EXACT"}


def _orders_count(_root: Any, info: Info, *, limit: int | None, query: str | None = None) -> Any:
    return _count(info.context.searches.orders.find(info.context, query, "ID"), limit)


def _variants_count(_root: Any, info: Info, *, limit: int | None, query: str | None = None) -> Any:
    return _count(info.context.searches.variants.find(info.context, query, "ID"), limit)


def _list(read: Any) -> Resolver:
    def resolve(_root: Any, info: Info, **arguments: Any) -> Any:
        return connect(list(read(info.context.world)), arguments, everything=info.context.bulk)

    return resolve


def _by_id(read: Any) -> Resolver:
    def resolve(_root: Any, info: Info, **arguments: Any) -> Any:
        return read(info.context.world).get(arguments["id"])

    return resolve


def find_node(call: Call, node_id: str) -> Any:
    """Whatever has this global id, of the kinds the sandbox keeps."""
    world = call.world
    kind = node_id.removeprefix("gid://shopify/").split("/")[0]
    if kind == "Order":
        return order_by_id(call, node_id)
    places: dict[str, Mapping[str, Any]] = {
        "ProductVariant": world.catalog.variants,
        "Product": world.catalog.products,
        "Customer": world.customers,
        "BulkOperation": world.bulk_operations,
        "FulfillmentOrder": world.fulfillment_orders,
        "Fulfillment": world.fulfillments,
        "WebhookSubscription": world.outbox.subscriptions,
        "Location": {place.id: place for place in world.catalog.locations},
    }
    return places.get(kind, {}).get(node_id)


def _shop(_root: Any, info: Info) -> dict[str, Any]:
    world = info.context.world
    plan = world.plan.capitalize()
    return {
        "id": "gid://shopify/Shop/1",
        "name": world.name,
        "email": "owner@sandbox.example",
        "currencyCode": world.currency,
        "enabledPresentmentCurrencies": [world.currency],
        "ianaTimezone": "Etc/UTC",
        "myshopifyDomain": world.domain,
        "taxesIncluded": world.taxes_included,
        "url": f"https://{world.domain}",
        "plan": {
            "displayName": plan,
            "publicDisplayName": plan,
            "shopifyPlus": world.plan in ("plus", "enterprise"),
            "partnerDevelopment": world.switches.orders_per_minute is not None,
        },
    }


def _installation(_root: Any, info: Info) -> dict[str, Any]:
    app = info.context.app
    return {"id": app.id, "accessScopes": [{"handle": s, "description": s} for s in sorted(app.granted)]}


def _location(_root: Any, info: Info, **arguments: Any) -> Any:
    places = info.context.world.catalog.locations
    wanted = arguments.get("id")
    return next((place for place in places if wanted is None or place.id == wanted), None)


def _locations(_root: Any, info: Info, **page: Any) -> Any:
    known = info.context.world.catalog.locations
    places = [place for place in known if place.is_active or page["includeInactive"]]
    return connect(sorted(places, key=lambda place: place.name), page, everything=info.context.bulk)


def _definition(_root: Any, info: Info, **arguments: Any) -> Any:
    known = info.context.world.definitions
    if arguments.get("id"):
        return next((found for found in known.all() if found.id == arguments["id"]), None)
    wanted = arguments.get("identifier") or {}
    return known.find(
        full_namespace(wanted.get("namespace")), wanted.get("key", ""), wanted.get("ownerType", "")
    )


def _definitions(_root: Any, info: Info, **arguments: Any) -> Any:
    known = [
        found for found in info.context.world.definitions.all() if found.owner_type == arguments["ownerType"]
    ]
    if arguments.get("namespace"):
        known = [found for found in known if found.namespace == full_namespace(arguments["namespace"])]
    if arguments.get("key"):
        known = [found for found in known if found.key == arguments["key"]]
    return connect(known, arguments)


def _subscriptions(_root: Any, info: Info, **arguments: Any) -> Any:
    known = list(info.context.world.outbox.subscriptions.values())
    if arguments.get("topics"):
        known = [found for found in known if found.topic in arguments["topics"]]
    if arguments.get("uri"):
        known = [found for found in known if found.uri == arguments["uri"]]
    return connect(known, arguments)


def _customers(world: Any) -> list[Customer]:
    return list(world.customers.values())


QUERIES: dict[str, Resolver] = {
    "bulkOperation": _by_id(lambda world: world.bulk_operations),
    "bulkOperations": _list(lambda world: world.bulk_operations.values()),
    "currentAppInstallation": _installation,
    "customer": _by_id(lambda world: world.customers),
    "customerByIdentifier": lambda _root, info, identifier: customer_by(info.context, identifier),
    "customers": _list(_customers),
    "fulfillmentOrder": _by_id(lambda world: world.fulfillment_orders),
    "job": _by_id(lambda world: world.jobs),
    "location": _location,
    "locations": _locations,
    "metafieldDefinition": _definition,
    "metafieldDefinitions": _definitions,
    "node": lambda _root, info, **arguments: find_node(info.context, arguments["id"]),
    "nodes": lambda _root, info, ids: [find_node(info.context, node_id) for node_id in ids],
    "order": lambda _root, info, **arguments: order_by_id(info.context, arguments["id"]),
    "orderByIdentifier": _order_by_identifier,
    "orders": _orders,
    "ordersCount": _orders_count,
    "product": _by_id(lambda world: world.catalog.products),
    "productVariant": _by_id(lambda world: world.catalog.variants),
    "productVariants": _variants,
    "productVariantsCount": _variants_count,
    "products": _list(
        lambda world: sorted(world.catalog.products.values(), key=lambda p: int(legacy_id(p.id)))
    ),
    "publicApiVersions": lambda _root, info: published_versions(info.context.now),
    "shop": _shop,
    "webhookSubscription": _by_id(lambda world: world.outbox.subscriptions),
    "webhookSubscriptions": _subscriptions,
}
"""Resolvers of the query root."""

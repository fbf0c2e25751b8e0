"""The roots of writing that are small enough to live together; orders have modules of their own."""

from typing import Any

from connector.sandbox.shopify.call import Call, Info, UserError, user_error
from connector.sandbox.shopify.fulfilment import fulfillment_create, update_tracking
from connector.sandbox.shopify.metafields import MetafieldDefinition, full_namespace
from connector.sandbox.shopify.objects import Resolver
from connector.sandbox.shopify.order_changes import (
    metafields_set,
    order_cancel,
    order_close,
    order_mark_as_paid,
    order_update,
    tags_add,
)
from connector.sandbox.shopify.order_creation import order_create
from connector.sandbox.shopify.webhooks import Subscription

_DEFINITION_LIMIT = 256
_LOOPBACK = ("http://127.0.0.1", "http://localhost")


def _definition_errors(call: Call, given: dict[str, Any], *, unique: bool | None) -> list[UserError]:
    known = call.world.definitions
    if known.find(full_namespace(given.get("namespace")), given["key"], given["ownerType"]):
        message = "Key is in use for Order metafields on the 'Namespace' namespace."
        return [user_error(message, "definition", "key", code="TAKEN")]
    if given["type"] == "id" and unique is False:
        message = "The unique values capability is required for this type"
        return [user_error(message, "definition", "capabilities", code="CAPABILITY_REQUIRED_BUT_DISABLED")]
    if len([found for found in known.all() if found.owner_type == given["ownerType"]]) >= _DEFINITION_LIMIT:
        message = "Stores can only have 256 definitions for each store resource."
        return [user_error(message, "definition", code="RESOURCE_TYPE_LIMIT_EXCEEDED")]
    return []


def definition_create(call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """The payload of `metafieldDefinitionCreate`; a definition of type `id` is unique by itself."""
    unique = ((given.get("capabilities") or {}).get("uniqueValues") or {}).get("enabled")
    errors = _definition_errors(call, given, unique=unique)
    if errors:
        return {"createdDefinition": None, "userErrors": errors}
    definition = MetafieldDefinition(
        id=call.world.new_id("MetafieldDefinition"),
        namespace=full_namespace(given.get("namespace")),
        key=given["key"],
        owner_type=given["ownerType"],
        type_name=given["type"],
        name=given["name"],
        description=given.get("description"),
        unique=given["type"] == "id" or bool(unique),
    )
    call.world.definitions.add(definition)
    return {"createdDefinition": definition, "userErrors": []}


def subscription_create(call: Call, topic: str, given: dict[str, Any]) -> dict[str, Any]:
    """The payload of `webhookSubscriptionCreate`; http is allowed to loopback."""
    uri = given.get("uri") or ""
    known = call.world.outbox.subscriptions
    kind = given.get("format") or "JSON"
    if not uri.startswith(("https://", *_LOOPBACK)):
        error = user_error("Address is invalid", "webhookSubscription", "callbackUrl", code=None)
        return {"webhookSubscription": None, "userErrors": [error]}
    same = (topic, uri, kind, given.get("filter"))
    if any((held.topic, held.uri, held.format, held.filter) == same for held in known.values()):
        error = user_error(
            "Address for this topic has already been taken", "webhookSubscription", "callbackUrl", code=None
        )
        return {"webhookSubscription": None, "userErrors": [error]}
    subscription = Subscription(
        id=call.world.new_id("WebhookSubscription"),
        topic=topic,
        uri=uri,
        format=kind,
        filter=given.get("filter"),
        include_fields=list(given.get("includeFields") or ()),
        name=given.get("name"),
        api_version=call.version,
        created_at=call.now,
        updated_at=call.now,
    )
    known[subscription.id] = subscription
    return {"webhookSubscription": subscription, "userErrors": []}


def subscription_delete(call: Call, subscription_id: str) -> dict[str, Any]:
    """The payload of `webhookSubscriptionDelete`."""
    if call.world.outbox.subscriptions.pop(subscription_id, None) is None:
        error = user_error("Webhook subscription does not exist", "id", code=None)
        return {"deletedWebhookSubscriptionId": None, "userErrors": [error]}
    return {"deletedWebhookSubscriptionId": subscription_id, "userErrors": []}


def _order_create(
    _root: Any, info: Info, *, order: dict[str, Any], options: dict[str, Any] | None = None
) -> dict[str, Any]:
    return order_create(info.context, order, options)


def _subscription_create(_root: Any, info: Info, **given: Any) -> dict[str, Any]:
    return subscription_create(info.context, given["topic"], given["webhookSubscription"])


def _tracking(_root: Any, info: Info, **given: Any) -> dict[str, Any]:
    return update_tracking(info.context, given["fulfillmentId"], given["trackingInfoInput"])


MUTATIONS: dict[str, Resolver] = {
    "fulfillmentCreate": lambda _root, info, **given: fulfillment_create(info.context, given["fulfillment"]),
    "fulfillmentTrackingInfoUpdate": _tracking,
    "metafieldDefinitionCreate": lambda _root, info, definition: definition_create(info.context, definition),
    "metafieldsSet": lambda _root, info, metafields: metafields_set(info.context, metafields),
    "orderCancel": lambda _root, info, **given: order_cancel(info.context, given),
    "orderClose": lambda _root, info, **given: order_close(info.context, given["input"]["id"]),
    "orderCreate": _order_create,
    "orderMarkAsPaid": lambda _root, info, **given: order_mark_as_paid(info.context, given["input"]["id"]),
    "orderUpdate": lambda _root, info, **given: order_update(info.context, given["input"]),
    "tagsAdd": lambda _root, info, **given: tags_add(info.context, given["id"], given["tags"]),
    "webhookSubscriptionCreate": _subscription_create,
    "webhookSubscriptionDelete": lambda _root, info, **given: subscription_delete(info.context, given["id"]),
}
"""Resolvers of the mutation root; the bulk ones are with the bulk operations, which run documents."""

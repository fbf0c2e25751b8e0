"""What the app has subscribed to: webhooks that belong to this app and store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connector.errors import OutcomeUnknown, RequestRefused, Unavailable
from connector.shopify.answers import member, user_errors
from connector.shopify.calls import Calls
from connector.shopify.documents import document
from connector.shopify.search import search_nodes

_PAGE = 100
_PAGES_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Subscription:
    """One subscription; `fields` are the only ones that are sent, all of them when there are none."""

    id: str
    topic: str
    uri: str
    fields: tuple[str, ...]


async def subscriptions(calls: Calls) -> list[Subscription]:
    """Every subscription of this app in JSON and without a filter; others are somebody else's business."""
    variables = {"first": _PAGE}
    nodes = search_nodes(
        calls, "webhook_subscriptions", "webhookSubscriptions", variables, pages=_PAGES_AT_MOST
    )
    return [_subscription(node) async for node in nodes if _is_plain(node)]


async def subscribe(calls: Calls, topic: str, uri: str, fields: Sequence[str]) -> None:
    """Have a topic sent to an address; one that is there already is fine.

    Raises RequestRefused in Shopify's words, Unavailable when it is not known whether it was done.
    """
    subscription: dict[str, Any] = {"uri": uri, "format": "JSON"}
    if fields:
        subscription["includeFields"] = list(fields)
    payload = await _write(
        calls,
        "create_webhook_subscription",
        {"topic": topic, "subscription": subscription},
        "webhookSubscriptionCreate",
    )
    if not member(payload.get("webhookSubscription"), "id"):
        said = _said(payload)
        if "already been taken" not in said:
            raise RequestRefused(f"Shopify refused the webhook {topic}: {said}", platform="shopify")


async def unsubscribe(calls: Calls, subscription_id: str) -> None:
    """End a subscription; one that is gone already is fine."""
    payload = await _write(
        calls, "delete_webhook_subscription", {"id": subscription_id}, "webhookSubscriptionDelete"
    )
    if not payload.get("deletedWebhookSubscriptionId"):
        said = _said(payload)
        if "not exist" not in said and "not found" not in said.lower():
            raise RequestRefused(f"Shopify kept a webhook: {said}", platform="shopify")


async def _write(calls: Calls, name: str, variables: dict[str, Any], field: str) -> Any:
    try:
        return await calls.write(document(name), variables, field)
    except OutcomeUnknown as error:
        raise Unavailable(str(error), platform="shopify") from None


def _said(payload: Any) -> str:
    return "; ".join(error.message for error in user_errors(payload.get("userErrors"))) or "no reason given"


def _is_plain(node: object) -> bool:
    return member(node, "format") == "JSON" and not member(node, "filter")


def _subscription(node: object) -> Subscription:
    fields = member(node, "includeFields")
    return Subscription(
        id=str(member(node, "id")),
        topic=str(member(node, "topic")),
        uri=str(member(node, "uri")),
        fields=tuple(str(field) for field in fields) if isinstance(fields, list) else (),
    )

"""What is asked of a store when it is connected: its facts, and the definition of the unique metafield."""

from connector.errors import AccessDenied, ConfigurationError, RequestRefused, Unavailable
from connector.shopify.answers import member, user_errors
from connector.shopify.calls import Calls
from connector.shopify.documents import document
from connector.shopify.results import ShopFacts

ID_TYPE = "id"
"""The metafield type whose values are unique and can be looked up at once."""


async def ensure_identifier_definition(calls: Calls, *, namespace: str, key: str) -> None:
    """Make the unique order metafield's definition unless it is there; must precede the first order.

    Raises ConfigurationError when the store uses the name for something else.
    """
    if await _is_defined(calls, namespace=namespace, key=key):
        return
    definition = {
        "ownerType": "ORDER",
        "namespace": namespace,
        "key": key,
        "name": "TikTok Shop order",
        "type": ID_TYPE,
        "capabilities": {"uniqueValues": {"enabled": True}},
    }
    payload = await calls.write(
        document("create_identifier_definition"), {"definition": definition}, "metafieldDefinitionCreate"
    )
    if member(payload.get("createdDefinition"), "id"):
        return
    errors = user_errors(payload.get("userErrors"))
    said = "; ".join(error.message for error in errors) or "no reason given"
    if not any(error.code == "TAKEN" for error in errors):
        raise RequestRefused(f"Shopify refused the unique order metafield: {said}", platform="shopify")
    if not await _is_defined(calls, namespace=namespace, key=key):
        raise Unavailable("Shopify does not show the unique order metafield yet", platform="shopify")


async def _is_defined(calls: Calls, *, namespace: str, key: str) -> bool:
    answer = await calls.read(document("identifier_definition"), {"namespace": namespace, "key": key})
    definition = member(answer.data, "metafieldDefinition")
    if definition is None:
        return False
    kind = member(member(definition, "type"), "name")
    if kind != ID_TYPE:
        raise ConfigurationError(
            f"the store has an order metafield {namespace}.{key} of type {kind}, not {ID_TYPE}: delete its "
            "definition in Shopify under Settings, Custom data, Orders"
        )
    return True


async def shop_facts(calls: Calls) -> ShopFacts:
    """The store's name, currency, plan, the app's scopes, and the location shipped orders belong to."""
    answer = await calls.read(document("shop"), {})
    shop, plan = member(answer.data, "shop"), member(member(answer.data, "shop"), "plan")
    currency, domain = member(shop, "currencyCode"), member(shop, "myshopifyDomain")
    if not isinstance(currency, str) or not isinstance(domain, str):
        raise Unavailable("Shopify does not tell the shop's currency", platform="shopify")
    scopes = member(member(answer.data, "currentAppInstallation"), "accessScopes") or []
    versions = member(answer.data, "publicApiVersions") or []
    return ShopFacts(
        name=str(member(shop, "name") or ""),
        domain=domain,
        currency=currency,
        taxes_included=member(shop, "taxesIncluded") is True,
        plan=str(member(plan, "publicDisplayName") or ""),
        is_development=member(plan, "partnerDevelopment") is True,
        scopes=frozenset(str(member(scope, "handle")) for scope in scopes),
        location_id=await _location(calls),
        api_versions=tuple(
            str(member(version, "handle")) for version in versions if member(version, "supported") is True
        ),
    )


async def _location(calls: Calls) -> str | None:
    """An active location, preferably one that ships online orders; None without the scope to ask."""
    try:
        answer = await calls.read(document("locations"), {})
    except AccessDenied:
        return None
    nodes = member(member(answer.data, "locations"), "nodes") or []
    active = [node for node in nodes if member(node, "isActive") is True]
    active.sort(key=lambda node: member(node, "fulfillsOnlineOrders") is not True)
    location_id = member(active[0], "id") if active else None
    return location_id if isinstance(location_id, str) else None

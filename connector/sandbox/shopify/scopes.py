"""The access scopes that fields need (any of those listed), from `requiredAccess` in the published schema."""

from collections.abc import Callable
from typing import Any

from connector.sandbox.shopify.call import Info, access_denied

_READ_ORDERS = ("read_orders",)
_WRITE_ORDERS = ("write_orders",)
_READ_PRODUCTS = ("read_products",)
_READ_CUSTOMERS = ("read_customers",)
_WRITE_FULFILLMENTS = (
    "write_assigned_fulfillment_orders",
    "write_merchant_managed_fulfillment_orders",
    "write_third_party_fulfillment_orders",
)

ROOT_SCOPES: dict[str, tuple[str, ...]] = {
    "order": _READ_ORDERS,
    "orderByIdentifier": _READ_ORDERS,
    "orders": _READ_ORDERS,
    "ordersCount": _READ_ORDERS,
    "metafieldDefinition": _READ_ORDERS,
    "metafieldDefinitions": _READ_ORDERS,
    "product": _READ_PRODUCTS,
    "products": _READ_PRODUCTS,
    "productVariant": _READ_PRODUCTS,
    "productVariants": _READ_PRODUCTS,
    "productVariantsCount": _READ_PRODUCTS,
    "customer": _READ_CUSTOMERS,
    "customerByIdentifier": _READ_CUSTOMERS,
    "customers": _READ_CUSTOMERS,
    "location": ("read_locations", "read_inventory"),
    "locations": ("read_locations", "read_inventory"),
    "fulfillmentCreate": _WRITE_FULFILLMENTS,
    "fulfillmentTrackingInfoUpdate": _WRITE_FULFILLMENTS,
    "metafieldDefinitionCreate": _WRITE_ORDERS,
    "metafieldsSet": _WRITE_ORDERS,
    "orderCancel": _WRITE_ORDERS,
    "orderClose": _WRITE_ORDERS,
    "orderCreate": _WRITE_ORDERS,
    "orderMarkAsPaid": _WRITE_ORDERS,
    "orderUpdate": _WRITE_ORDERS,
    "tagsAdd": _WRITE_ORDERS,
}


def guarded(name: str, resolve: Callable[..., Any]) -> Callable[..., Any]:
    """A root resolver that refuses apps without the scope."""
    needed = ROOT_SCOPES.get(name)
    if needed is None:
        return resolve

    def checked(root: Any, info: Info, **arguments: Any) -> Any:
        if not info.context.may(*needed):
            raise access_denied(name, needed)
        return resolve(root, info, **arguments)

    return checked

"""The topics the connector listens to, by their names on the wire and where they are registered."""

TIKTOK_TOPICS = {
    1: "ORDER_STATUS_CHANGE",
    3: "RECIPIENT_ADDRESS_UPDATE",
    4: "PACKAGE_UPDATE",
    6: "SELLER_DEAUTHORIZATION",
    7: "UPCOMING_AUTHORIZATION_EXPIRATION",
    11: "CANCELLATION_STATUS_CHANGE",
    12: "RETURN_STATUS_CHANGE",
}
"""By the `type` of the notification (TikTok reference 8.1)."""

ORDER_STATUS, ADDRESS, PACKAGE, DEAUTHORIZED, EXPIRING, CANCELLATION, RETURN = (
    str(number) for number in TIKTOK_TOPICS
)

PRODUCTS_CREATE = "products/create"
PRODUCTS_UPDATE = "products/update"
PRODUCTS_DELETE = "products/delete"
ORDERS_CANCELLED = "orders/cancelled"
ORDERS_DELETE = "orders/delete"
ORDERS_UPDATED = "orders/updated"
APP_UNINSTALLED = "app/uninstalled"

_PRODUCT_FIELDS = ("id", "admin_graphql_api_id", "updated_at")
_ORDER_FIELDS = ("id", "admin_graphql_api_id", "source_identifier", "cancelled_at", "updated_at")

SHOPIFY_TOPICS: dict[str, tuple[str, tuple[str, ...]]] = {
    PRODUCTS_CREATE: ("PRODUCTS_CREATE", _PRODUCT_FIELDS),
    PRODUCTS_UPDATE: ("PRODUCTS_UPDATE", _PRODUCT_FIELDS),
    PRODUCTS_DELETE: ("PRODUCTS_DELETE", ()),
    ORDERS_CANCELLED: ("ORDERS_CANCELLED", _ORDER_FIELDS),
    ORDERS_DELETE: ("ORDERS_DELETE", ()),
    ORDERS_UPDATED: ("ORDERS_UPDATED", _ORDER_FIELDS),
    APP_UNINSTALLED: ("APP_UNINSTALLED", ()),
}
"""By the word in `X-Shopify-Topic`: the name to subscribe to, and the only fields to be sent (none: all, of a
small body). No buyer's name or address is among them: what is not sent cannot leak."""

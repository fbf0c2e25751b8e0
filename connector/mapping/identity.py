"""The unique metafield by which an order is found again on Shopify, whoever made it."""

NAMESPACE = "tiktok_shop_connector"
KEY = "order_id"
TYPE = "id"
"""A definition of this type makes values unique and orders findable by them (Shopify reference 3)."""


def identifier_value(shop_id: str, order_id: str) -> str:
    """The metafield's value: TikTok shop and order, so that two shops on one store cannot collide."""
    return f"{shop_id}:{order_id}"

"""What these tests send to the sandbox's Shopify."""

from collections.abc import Callable
from typing import Any

from connector.shopify.client import ShopifyClient
from connector.shopify.results import Made

SKU = "TEE-BLK-M"
OPTIONS = {"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}
Build = Callable[..., dict[str, Any]]


async def made(client: ShopifyClient, order_input: dict[str, Any]) -> Made:
    """Create an order that nothing is in the way of."""
    result = await client.create_order(order_input, OPTIONS)
    assert isinstance(result, Made)
    return result

"""What a store pair says of itself when both credentials work: which shop, which currency, which location."""

from collections.abc import Sequence
from typing import Any

from connector.errors import ConfigurationError
from connector.shopify.client import ShopifyClient
from connector.tiktok.client import TikTokClient

_NEEDED_SCOPES = frozenset({"write_orders", "read_products"})
"""Without these nothing can be matched or created (Shopify reference 1)."""


async def tiktok_facts(client: TikTokClient, *, shop_id: str, shop_cipher: str) -> dict[str, str]:
    """The shop's columns; raises ConfigurationError unless token and file name exactly one shop."""
    shops = await client.authorized_shops()
    chosen = _choose(shops, shop_id, shop_cipher)
    return {
        "tiktok_shop_id": str(chosen.get("id", "")),
        "tiktok_shop_cipher": str(chosen.get("cipher", "")),
        "tiktok_region": str(chosen.get("region", "")),
    }


async def shopify_facts(client: ShopifyClient) -> dict[str, str]:
    """The store's columns; raises ConfigurationError when a scope without which nothing works is missing."""
    shop = await client.shop()
    missing = sorted(_NEEDED_SCOPES - shop.scopes)
    if missing:
        raise ConfigurationError(
            f"The Shopify app lacks the scope {', '.join(missing)}; grant it and try again."
        )
    return {"shopify_currency": shop.currency, "shopify_location_id": shop.location_id or ""}


def _choose(shops: Sequence[dict[str, Any]], shop_id: str, shop_cipher: str) -> dict[str, Any]:
    fitting = [
        shop
        for shop in shops
        if (not shop_id or str(shop.get("id")) == shop_id)
        and (not shop_cipher or shop.get("cipher") == shop_cipher)
    ]
    if len(fitting) == 1:
        return fitting[0]
    ids = ", ".join(str(shop.get("id")) for shop in shops) or "none"
    if not fitting:
        raise ConfigurationError(
            f"tiktok.shop_id or tiktok.shop_cipher fits no shop of this token; it covers: {ids}."
        )
    raise ConfigurationError(f"The TikTok token covers several shops; set tiktok.shop_id to one of: {ids}.")

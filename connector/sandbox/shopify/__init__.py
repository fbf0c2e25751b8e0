"""A small Shopify: the Admin GraphQL API of one shop, close enough that a real client cannot tell.

Traps it shares with the real one: `orderCreate` has no idempotency key, the search index may lag behind
(`ShopifySwitches.search_lag`), an unknown search field is ignored with a warning, a throttled answer is an
HTTP 200, and a refusal is an HTTP 200 with `userErrors`. What nobody outside Shopify knows is a switch.
"""

from connector.sandbox.shopify.app import shopify_app
from connector.sandbox.shopify.switches import ShopifySwitches
from connector.sandbox.shopify.world import ShopifyWorld

__all__ = ["ShopifySwitches", "ShopifyWorld", "shopify_app"]

"""A client of the sandbox's Shopify, and orders to send to it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from connector.mapping.identity import KEY, NAMESPACE
from connector.sandbox.platforms import Platforms, StorePair
from connector.shopify.client import ShopifyClient
from connector.shopify.connections import open_http
from connector.shopify.tokens import StaticToken
from tests.shopify.sandboxed.making import SKU, Build


@pytest.fixture
def pair(sandbox: Platforms) -> StorePair:
    return sandbox.pairs["us"]


@pytest.fixture
async def bare_client(sandbox: Platforms, pair: StorePair) -> AsyncIterator[ShopifyClient]:
    """A client with a static token, of a shop where the unique metafield is not defined yet."""
    async with open_http() as http:
        yield ShopifyClient(
            base_url=sandbox.shopify_url("us"),
            domain=pair.shopify.domain,
            api_version="2026-10",
            tokens=StaticToken(pair.shopify.access_token),
            http=http,
            clock=sandbox.clock,
        )


@pytest.fixture
async def client(bare_client: ShopifyClient) -> ShopifyClient:
    """The same with the unique metafield defined."""
    await bare_client.ensure_identifier_definition()
    return bare_client


@pytest.fixture
def order(pair: StorePair) -> Build:
    """The input of an order for units of one variant."""

    def build(number: str = "576", quantity: int = 1, **more: Any) -> dict[str, Any]:
        money = {"amount": "12.00", "currencyCode": "USD"}
        total = {"amount": f"{12 * quantity}.00", "currencyCode": "USD"}
        metafield = {
            "namespace": NAMESPACE,
            "key": KEY,
            "type": "id",
            "value": f"shop:{number}",
        }
        line = {
            "variantId": pair.shopify.variant(SKU).id,
            "quantity": quantity,
            "requiresShipping": True,
            "priceSet": {"shopMoney": money},
        }
        return {
            "currency": "USD",
            "sourceIdentifier": number,
            "tags": ["TikTok Shop"],
            "processedAt": "2026-11-01T11:00:00Z",
            "metafields": [metafield],
            "lineItems": [line],
            "transactions": [{"kind": "SALE", "status": "SUCCESS", "amountSet": {"shopMoney": total}}],
            **more,
        }

    return build

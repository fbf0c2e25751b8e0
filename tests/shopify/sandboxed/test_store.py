"""What the store says of itself, and the definition of the unique metafield."""

import pytest

from connector.errors import AccessDenied, ConfigurationError
from connector.mapping.identity import KEY, NAMESPACE
from connector.sandbox.platforms import StorePair
from connector.shopify.client import ShopifyClient
from tests.shopify.sandboxed.making import SKU

pytestmark = pytest.mark.anyio


async def test_what_the_store_says_of_itself(client: ShopifyClient, pair: StorePair) -> None:
    facts = await client.shop()
    assert (facts.domain, facts.currency, facts.plan) == ("sandbox-us.myshopify.com", "USD", "Standard")
    assert {"write_orders", "read_orders", "read_products"} <= facts.scopes
    assert facts.location_id == pair.shopify.location.id
    assert "2026-10" in facts.api_versions
    assert "unstable" not in facts.api_versions
    assert not facts.is_development


async def test_without_the_scope_there_is_no_location(client: ShopifyClient, pair: StorePair) -> None:
    pair.shopify.app.grant(frozenset({"write_orders", "read_products"}))
    assert (await client.shop()).location_id is None
    pair.shopify.app.grant(frozenset({"write_orders"}))
    with pytest.raises(AccessDenied):
        await client.variants_by_sku([SKU])


async def test_the_definition_is_made_once(client: ShopifyClient, pair: StorePair) -> None:
    await client.ensure_identifier_definition()
    assert pair.shopify_faults.requests("metafieldDefinitionCreate") == 1
    definition = pair.shopify.definitions.find(NAMESPACE, KEY)
    assert definition is not None
    assert definition.unique


async def test_a_definition_of_another_type_is_in_the_way(client: ShopifyClient, pair: StorePair) -> None:
    definition = pair.shopify.definitions.find(NAMESPACE, KEY)
    assert definition is not None
    definition.type_name = "single_line_text_field"
    with pytest.raises(ConfigurationError, match="single_line_text_field"):
        await client.ensure_identifier_definition()

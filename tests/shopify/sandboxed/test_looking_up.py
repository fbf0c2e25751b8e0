"""Orders found again: by their unique key at once, by the search index later."""

from datetime import timedelta

import pytest

from connector.errors import ConfigurationError
from connector.sandbox.platforms import Platforms, StorePair
from connector.shopify.client import ShopifyClient
from tests.shopify.sandboxed.making import Build, made

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("is_error", [False, True])
async def test_missing_orders_are_left_out_however_shopify_says_it(
    client: ShopifyClient, pair: StorePair, order: Build, *, is_error: bool
) -> None:
    pair.shopify.switches.missing_identifier_is_error = is_error
    await made(client, order("2"))
    found = await client.find_by_custom_ids([f"shop:{number}" for number in range(4)])
    assert list(found) == ["shop:2"]


async def test_without_its_definition_nothing_is_looked_up(bare_client: ShopifyClient) -> None:
    with pytest.raises(ConfigurationError, match="unique order metafield"):
        await bare_client.find_by_custom_ids(["shop:1", "shop:2"])


async def test_the_search_index_runs_behind_and_the_key_does_not(
    client: ShopifyClient, pair: StorePair, sandbox: Platforms, order: Build
) -> None:
    pair.shopify.switches.search_lag = 30
    await made(client, order())
    assert await client.find_by_source_identifiers(["576"]) == {}
    assert list(await client.find_by_custom_ids(["shop:576"])) == ["shop:576"]
    sandbox.clock.advance(timedelta(seconds=31))
    assert list(await client.find_by_source_identifiers(["576"])) == ["576"]


async def test_orders_beyond_shopifys_unwritten_limit_of_terms_are_asked_for_again(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    pair.shopify.switches.search_terms_limit = 10
    await made(client, order("29"))
    found = await client.find_by_source_identifiers([str(number) for number in range(30)])
    assert list(found) == ["29"]


async def test_a_window_by_order_time_and_by_creation(
    client: ShopifyClient, pair: StorePair, sandbox: Platforms, order: Build
) -> None:
    for number in range(5):
        at = f"2026-11-01T{number:02}:00:00Z"
        await made(client, order(str(number), processedAt=at, tags=["TikTok Shop"] if number else ["Other"]))
    start = sandbox.clock.now().replace(hour=0)
    window = (start, start + timedelta(hours=3))
    assert [found.source_identifier async for found in client.orders_between(*window)] == ["0", "1", "2"]
    tagged = client.orders_between(*window, tag="TikTok Shop")
    assert [found.source_identifier async for found in tagged] == ["1", "2"]
    assert [found async for found in client.orders_between(*window, by="created_at")] == []

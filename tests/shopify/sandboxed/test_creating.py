"""Orders made: there once, and a refusal says why."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import Unavailable
from connector.sandbox.platforms import Platforms, StorePair
from connector.sandbox.shopify.switches import DuplicateIdentifier
from connector.shopify.client import ShopifyClient
from connector.shopify.connections import open_http
from connector.shopify.results import Made, NotMade
from connector.shopify.tokens import ClientCredentials
from tests.shopify.sandboxed.making import OPTIONS, Build, made

pytestmark = pytest.mark.anyio


async def test_an_order_is_made_and_found_in_both_ways(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order())
    assert [kept.id for kept in pair.shopify.orders] == [result.order_id]
    by_id = (await client.find_by_custom_ids(["shop:576", "shop:577"]))["shop:576"]
    by_source = (await client.find_by_source_identifiers(["576", "577"]))["576"]
    assert [by_id.id, *(found.id for found in by_source)] == [result.order_id] * 2
    assert (by_id.total, by_id.currency, by_id.tags) == (Decimal(12), "USD", ("TikTok Shop",))
    assert (by_source[0].custom_id, by_source[0].name) == ("shop:576", result.name)


async def test_an_order_costs_at_most_eleven_points(client: ShopifyClient, order: Build) -> None:
    before = client.points
    await made(client, order())
    assert client.points - before <= 11


@pytest.mark.parametrize("rule", list(DuplicateIdentifier))
async def test_a_second_create_with_one_identifier(
    client: ShopifyClient, pair: StorePair, order: Build, rule: DuplicateIdentifier
) -> None:
    pair.shopify.switches.duplicate_identifier = rule
    await made(client, order())
    result = await client.create_order(order(), OPTIONS)
    if rule is DuplicateIdentifier.REFUSE:
        assert isinstance(result, NotMade)
        assert result.identifier_taken
    else:
        assert isinstance(result, Made)
        assert bool(result.notes) is (rule is DuplicateIdentifier.CREATE_WITH_ERROR)
    found = (await client.find_by_source_identifiers(["576"]))["576"]
    assert len(found) == len(pair.shopify.orders)


async def test_the_limit_of_development_stores(client: ShopifyClient, pair: StorePair, order: Build) -> None:
    pair.shopify.switches.orders_per_minute = 2
    results = [await client.create_order(order(str(number)), OPTIONS) for number in range(3)]
    assert isinstance(results[2], NotMade)
    assert (results[2].kind, len(pair.shopify.orders)) == ("too_many_attempts", 2)


async def test_a_missing_scope_is_not_made(client: ShopifyClient, pair: StorePair, order: Build) -> None:
    pair.shopify.app.grant(frozenset({"read_orders"}))
    result = await client.create_order(order(), OPTIONS)
    assert isinstance(result, NotMade)
    assert result.kind == "access_denied"
    assert "write_orders" in result.message


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lineItems": []}, "order.lineItems"),
        ({"email": "nobody"}, "order.email"),
        ({"shippingAddress": {"countryCode": "US", "provinceCode": "XX"}}, "order.shippingAddress.province"),
        ({"shippingAddress": {"countryCode": "XX"}}, "order.shippingAddress.countryCode"),
    ],
)
async def test_a_refusal_names_the_field(
    client: ShopifyClient, pair: StorePair, order: Build, change: dict[str, Any], field: str
) -> None:
    result = await client.create_order(order(**change), OPTIONS)
    assert isinstance(result, NotMade)
    assert result.kind == "refused"
    assert field in result.fields
    assert pair.shopify.orders == []


async def test_client_credentials_make_orders_and_are_renewed(
    sandbox: Platforms, pair: StorePair, order: Build, client: ShopifyClient
) -> None:
    async with open_http() as http:
        tokens = ClientCredentials(
            base_url=sandbox.shopify_url("us"),
            client_id=pair.shopify.client_id,
            client_secret=pair.shopify.client_secret,
            http=http,
            clock=sandbox.clock,
        )
        by_grant = ShopifyClient(
            base_url=sandbox.shopify_url("us"),
            domain=pair.shopify.domain,
            api_version="2026-10",
            tokens=tokens,
            http=http,
            clock=sandbox.clock,
        )
        await made(by_grant, order("1"))
        pair.shopify.access.revoke(await tokens.access_token())
        await made(by_grant, order("2"))
        sandbox.clock.advance(timedelta(hours=25))
        await made(by_grant, order("3"))
    assert pair.shopify_faults.requests("oauth.token") == 3


async def test_a_shop_that_is_frozen_is_unavailable(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    pair.shopify.shop_status = 402
    result = await client.create_order(order(), OPTIONS)
    assert isinstance(result, NotMade)
    assert (result.kind, result.retry_after) == ("unavailable", 900.0)
    with pytest.raises(Unavailable):
        await client.shop()


@pytest.mark.parametrize(("lines", "kind"), [(250, Made), (251, NotMade)])
async def test_an_order_of_more_lines_than_shopify_takes_is_surely_not_made(
    client: ShopifyClient, pair: StorePair, order: Build, lines: int, kind: type
) -> None:
    whole = order(quantity=lines)
    given = {**whole, "lineItems": [{**whole["lineItems"][0], "quantity": 1}] * lines}
    result = await client.create_order(given, OPTIONS)
    assert isinstance(result, kind)
    assert len(pair.shopify.orders) == (kind is Made)
    if isinstance(result, NotMade):
        assert (result.kind, "250" in result.message) == ("refused", True)

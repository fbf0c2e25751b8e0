"""Shopify's own Python client, unchanged, against the sandbox.

Its session composes the host from `protocol`, the shop's name, `myshopify_domain` and `port`. Set so that
they come to `http://127.0.0.1:<port>`, it speaks to a shop that is served at the root of that address.
"""

import json
import urllib.error
from collections.abc import Iterator
from typing import Any

import pytest

from connector.sandbox.clock import SandboxClock
from connector.sandbox.server import RunningServer, serve
from connector.sandbox.shopify import ShopifyWorld, shopify_app
from tests.platforms_shopify import CREATE, DEFINE, KEY, NAMESPACE, line, usd

shopify = pytest.importorskip("shopify", reason="ShopifyAPI, Shopify's own client, is not installed")


@pytest.fixture
def world(sandbox_clock: SandboxClock) -> ShopifyWorld:
    made = ShopifyWorld(sandbox_clock)
    made.add_product("Crew Tee", [{"sku": "TEE", "price": "12.00", "stock": 10}])
    return made


@pytest.fixture
def server(world: ShopifyWorld) -> Iterator[RunningServer]:
    running = serve(shopify_app(world))
    yield running
    running.stop()


@pytest.fixture
def session(world: ShopifyWorld, server: RunningServer) -> Iterator[Any]:
    shopify.Session.setup(protocol="http", myshopify_domain="0.0.1", port=server.port)
    session = shopify.Session("127.0.0.1", "2026-10", world.access_token)
    shopify.ShopifyResource.activate_session(session)
    yield session
    shopify.ShopifyResource.clear_session()
    shopify.Session.setup(protocol="https", myshopify_domain="myshopify.com", port=None)


def execute(query: str, **variables: Any) -> Any:
    return json.loads(shopify.GraphQL().execute(query, variables))


def test_it_reaches_the_sandbox_by_its_own_settings(session: Any, server: RunningServer) -> None:
    assert session.site == f"{server.base_url}/admin/api/2026-10"


def test_it_reads_the_shop_and_the_cost(session: Any, world: ShopifyWorld) -> None:
    answer = execute("{ shop { name currencyCode } }")
    assert answer["data"]["shop"] == {"name": world.name, "currencyCode": "USD"}
    assert answer["extensions"]["cost"]["throttleStatus"]["restoreRate"] == 100


def test_it_creates_an_order_and_finds_it_again(session: Any, world: ShopifyWorld) -> None:
    definition = {"ownerType": "ORDER", "namespace": NAMESPACE, "key": KEY, "name": "Order id", "type": "id"}
    assert execute(DEFINE, definition=definition)["data"]["metafieldDefinitionCreate"]["userErrors"] == []
    order = {
        "lineItems": [line(world.variant("TEE").id, 2, requiresShipping=True)],
        "sourceIdentifier": "576461413038785752",
        "metafields": [{"namespace": NAMESPACE, "key": KEY, "type": "id", "value": "7:576461413038785752"}],
        "transactions": [{"kind": "SALE", "status": "SUCCESS", "amountSet": usd("24.00")}],
    }
    options = {"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}
    made = execute(CREATE, order=order, options=options)["data"]["orderCreate"]["order"]
    assert made["displayFinancialStatus"] == "PAID"
    assert world.stock("TEE") == 8
    find = """query Find($id: UniqueMetafieldValueInput!) {
      orderByIdentifier(identifier: { customId: $id }) { id }
    }"""
    custom = {"namespace": NAMESPACE, "key": KEY, "value": "7:576461413038785752"}
    assert execute(find, id=custom)["data"]["orderByIdentifier"]["id"] == made["id"]
    search = """{ orders(first: 5, query: "source_identifier:576461413038785752") { nodes { id } } }"""
    assert execute(search)["data"]["orders"]["nodes"] == [{"id": made["id"]}]


def test_it_sees_refusals_as_user_errors(session: Any) -> None:
    payload = execute(CREATE, order={"lineItems": []})["data"]["orderCreate"]
    assert payload["userErrors"][0]["message"] == "Line items must have at least one line item"


def test_a_revoked_token_is_its_http_error(
    session: Any, world: ShopifyWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world.access.revoke(world.access_token)
    with pytest.raises(urllib.error.HTTPError) as caught:
        execute("{ shop { name } }")
    assert caught.value.code == 401
    caught.value.close()
    assert "Invalid API key or access token" in capsys.readouterr().out


def test_one_session_at_a_time_can_be_borrowed(session: Any, world: ShopifyWorld) -> None:
    with shopify.Session.temp("127.0.0.1", "2026-07", world.access_token):
        assert execute("{ shop { name } }")["data"]["shop"]["name"] == world.name

"""Points: what documents cost, and what happens when they run out."""

import gzip
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from graphql import OperationDefinitionNode, build_schema, parse

from connector.sandbox.clock import SandboxClock
from connector.sandbox.shopify import ShopifyWorld
from connector.sandbox.shopify.cost import CostPlan
from tests.platforms_shopify import ShopifySandbox

CREATE = """mutation M($order: OrderCreateOrderInput!) {
  orderCreate(order: $order) { order { id name sourceIdentifier } userErrors { field message } }
}"""
PAGE = """query P($first: Int = 10) {
  orders(first: $first) { nodes { id lineItems(first: 5) { nodes { id } } } }
}"""


def cost(shop: ShopifySandbox, query: str, **variables: Any) -> Any:
    return shop.post(query, variables).json()["extensions"]["cost"]


@pytest.mark.parametrize(
    ("query", "variables", "points"),
    [
        ("{ shop { name } }", {}, 1),
        (CREATE, {"order": {}}, 10),
        ("{ ordersCount { count } }", {}, 10),
        (PAGE, {}, 2 + 4 * (1 + 2 + 3)),
        (PAGE, {"first": 250}, 2 + 11 * (1 + 2 + 3)),
        ("{ productVariants(first: 250) { edges { cursor node { id product { id } } } } }", {}, 2 + 11 * 2),
    ],
)
def test_requested_cost(shop: ShopifySandbox, query: str, variables: Any, points: int) -> None:
    assert cost(shop, query, **variables)["requestedQueryCost"] == points


def test_aliased_look_ups_cost_a_point_each(shop: ShopifySandbox) -> None:
    query = " ".join(f'a{n}: order(id: "gid://shopify/Order/{n}") {{ id }}' for n in range(50))
    figures = cost(shop, f"{{ {query} }}")
    assert (figures["requestedQueryCost"], figures["actualQueryCost"]) == (50, 0)


def test_only_what_was_used_is_paid(shop: ShopifySandbox) -> None:
    figures = cost(shop, PAGE, first=250)
    assert figures["actualQueryCost"] == 2
    assert figures["throttleStatus"] == {
        "maximumAvailable": 2000,
        "currentlyAvailable": 1998,
        "restoreRate": 100,
    }
    shop.order_id()
    assert cost(shop, PAGE, first=250)["actualQueryCost"] == 2 + 1 * (1 + 2 + 1)


@pytest.mark.skipif("CONNECTOR_REFERENCE" not in os.environ, reason="CONNECTOR_REFERENCE is not set")
@pytest.mark.parametrize(
    ("query", "points"),
    [
        (
            "{ productVariants(first: 250) { nodes { product { id } metafields(first: 250) { nodes { id } }"
            " media(first: 250) { nodes { id } } } } }",
            310,
        ),
        (
            "{ products(first: 250) { nodes { id variants(first: 250) { nodes { id } }"
            " metafields(first: 250) { nodes { id } } media(first: 250) { nodes { id } } } } }",
            442,
        ),
        ("order_read", 146),
    ],
)
def test_recorded_costs(query: str, points: int) -> None:
    folder = Path(os.environ["CONNECTOR_REFERENCE"]) / "shopify"
    with gzip.open(folder / "admin-2026-10.nodesc.graphql.gz", "rt") as file:
        schema = build_schema(file.read(), assume_valid=True)
    text = query if query.startswith("{") else (folder / "operations" / f"{query}.graphql").read_text()
    operation = parse(text).definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    assert CostPlan(schema, operation, {}).requested({}) == points


def test_an_empty_bucket_refuses_and_fills_up_again(shop: ShopifySandbox) -> None:
    bucket = shop.world.bucket(shop.world.app)
    bucket.drain(3)
    answer = shop.post(CREATE, {"order": {}}).json()
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    figures = answer["extensions"]["cost"]
    assert (figures["requestedQueryCost"], figures["actualQueryCost"]) == (10, None)
    assert figures["throttleStatus"]["currentlyAvailable"] == 3
    assert (bucket.throttled, shop.world.orders) == (1, [])
    shop.clock.advance(timedelta(seconds=0.07))
    assert "errors" not in shop.post(CREATE, {"order": {}}).json()


def test_the_requested_cost_must_be_there_though_less_is_used(shop: ShopifySandbox) -> None:
    shop.world.bucket(shop.world.app).drain(20)
    assert "errors" in shop.post(PAGE, {"first": 250}).json()
    assert "errors" not in shop.post(PAGE, {"first": 1}).json()


def test_a_query_that_asks_for_too_much(shop: ShopifySandbox) -> None:
    line_items = "lineItems(first: 250) { nodes { id variant { id } } }"
    parcels = f"fulfillmentOrders(first: 250) {{ nodes {{ {line_items} }} }}"
    query = f"{{ orders(first: 250) {{ nodes {{ {parcels} }} }} }}"
    answer = shop.post(query).json()
    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


@pytest.mark.parametrize(
    ("plan", "rate"), [("standard", 100), ("advanced", 200), ("plus", 1000), ("enterprise", 2000)]
)
def test_plans(sandbox_clock: SandboxClock, plan: str, rate: int) -> None:
    world = ShopifyWorld(sandbox_clock, plan=plan)
    status = world.bucket(world.app).status()
    assert (status["restoreRate"], status["maximumAvailable"]) == (rate, 20 * rate)


def test_an_unknown_plan(sandbox_clock: SandboxClock) -> None:
    with pytest.raises(ValueError, match="no such plan: free"):
        ShopifyWorld(sandbox_clock, plan="free")

"""The catalogue: SKU search with its habits, and the bulk operation."""

import json
from datetime import timedelta
from typing import Any

from tests.platforms_shopify import ShopifySandbox

SEARCH = """query V($query: String!, $first: Int!, $after: String) {
  productVariants(first: $first, after: $after, query: $query, sortKey: ID) {
    nodes { id sku price product { title status } inventoryItem { tracked } inventoryQuantity }
    pageInfo { hasNextPage endCursor }
  }
}"""

RUN = """mutation B($query: String!) {
  bulkOperationRunQuery(query: $query) { bulkOperation { id status } userErrors { code message } }
}"""

STATE = """query S($id: ID!) {
  bulkOperation(id: $id) { status errorCode objectCount rootObjectCount url partialDataUrl completedAt }
}"""

ROWS = "{ productVariants { edges { node { id sku price product { id } } } } }"


def skus(shop: ShopifySandbox, query: str) -> list[str | None]:
    return [node["sku"] for node in shop.ask(SEARCH, query=query, first=50)["productVariants"]["nodes"]]


def test_skus_are_found_without_case_and_are_not_unique(shop: ShopifySandbox) -> None:
    shop.world.add_product("Old tee", [{"sku": "tee", "price": "1"}])
    assert skus(shop, 'sku:"tee" OR sku:"MUG"') == ["TEE", "MUG", "tee"]


def test_quotes_and_backslashes_are_part_of_a_sku_when_escaped(shop: ShopifySandbox) -> None:
    shop.world.add_product("Odd", [{"sku": '7" (a:b) \\', "price": "1"}])
    assert skus(shop, r'sku:"7\" (a:b) \\"') == ['7" (a:b) \\']


def test_prefixes_and_empty_skus(shop: ShopifySandbox) -> None:
    shop.world.add_product("Nothing", [{"sku": None, "price": "1"}])
    assert skus(shop, "sku:T*") == ["TEE"]
    assert skus(shop, "sku:*") == ["TEE", "MUG", None]


def test_search_may_find_more_than_asked(shop: ShopifySandbox) -> None:
    shop.world.add_product("Long tee", [{"sku": "TEE-LONG", "price": "1"}])
    assert skus(shop, 'sku:"TEE"') == ["TEE"]
    shop.world.switches.fuzzy_sku_search = True
    assert skus(shop, 'sku:"TEE"') == ["TEE", "TEE-LONG"]


def test_the_index_learns_of_a_new_sku_later(shop: ShopifySandbox) -> None:
    shop.world.switches.search_lag = 10
    variant = shop.world.variant("TEE")
    shop.world.change_sku(variant, "TEE-2")
    assert skus(shop, "sku:TEE-2") == []
    shop.clock.advance(timedelta(seconds=11))
    assert (skus(shop, "sku:TEE-2"), skus(shop, "sku:TEE")) == (["TEE-2"], [])


def test_variants_come_in_pages(shop: ShopifySandbox) -> None:
    first = shop.ask(SEARCH, query="", first=1)["productVariants"]
    second = shop.ask(SEARCH, query="", first=1, after=first["pageInfo"]["endCursor"])["productVariants"]
    assert [page["nodes"][0]["sku"] for page in (first, second)] == ["TEE", "MUG"]
    assert not second["pageInfo"]["hasNextPage"]


def test_stock_by_location(shop: ShopifySandbox) -> None:
    query = """query I($id: ID!) { productVariant(id: $id) { inventoryItem { inventoryLevels(first: 5) {
      nodes { location { name } quantities(names: ["available", "on_hand"]) { name quantity } } } } } }"""
    levels = shop.ask(query, id=shop.world.variant("TEE").id)["productVariant"]["inventoryItem"][
        "inventoryLevels"
    ]
    assert levels["nodes"] == [
        {
            "location": {"name": "Main warehouse"},
            "quantities": [{"name": "available", "quantity": 10}, {"name": "on_hand", "quantity": 10}],
        }
    ]


class TestBulk:
    def start(self, shop: ShopifySandbox, query: str = ROWS) -> Any:
        return shop.ask(RUN, query=query)["bulkOperationRunQuery"]

    def state(self, shop: ShopifySandbox, operation_id: str) -> Any:
        return shop.ask(STATE, id=operation_id)["bulkOperation"]

    def test_rows_are_ready_after_a_while(self, shop: ShopifySandbox) -> None:
        started = self.start(shop)["bulkOperation"]
        assert started["status"] == "CREATED"
        shop.clock.advance(timedelta(seconds=1))
        assert self.state(shop, started["id"])["status"] == "RUNNING"
        shop.clock.advance(timedelta(seconds=1))
        done = self.state(shop, started["id"])
        assert (done["status"], done["objectCount"], done["rootObjectCount"]) == ("COMPLETED", "2", "2")
        rows = [json.loads(row) for row in shop.http.get(done["url"]).text.splitlines()]
        assert [row["sku"] for row in rows] == ["TEE", "MUG"]
        assert rows[0]["product"]["id"] == shop.world.variant("TEE").product.id

    def test_children_are_rows_of_their_own(self, shop: ShopifySandbox) -> None:
        query = "{ products { edges { node { id variants { edges { node { sku } } } } } } }"
        started = self.start(shop, query)["bulkOperation"]
        shop.clock.advance(timedelta(seconds=3))
        done = self.state(shop, started["id"])
        rows = [json.loads(row) for row in shop.http.get(done["url"]).text.splitlines()]
        assert [row.get("sku") for row in rows] == [None, "TEE", None, "MUG"]
        assert rows[1]["__parentId"] == rows[0]["id"]
        assert (done["objectCount"], done["rootObjectCount"]) == ("4", "2")

    def test_an_empty_catalogue_has_no_file(self, shop: ShopifySandbox) -> None:
        for product in list(shop.world.catalog.products.values()):
            shop.world.catalog.remove_product(product)
        started = self.start(shop)["bulkOperation"]
        shop.clock.advance(timedelta(seconds=3))
        done = self.state(shop, started["id"])
        assert (done["status"], done["url"]) == ("COMPLETED", None)

    def test_a_failed_one_leaves_a_part(self, shop: ShopifySandbox) -> None:
        shop.world.switches.bulk_failure = "TIMEOUT"
        started = self.start(shop)["bulkOperation"]
        shop.clock.advance(timedelta(seconds=3))
        done = self.state(shop, started["id"])
        assert (done["status"], done["errorCode"], done["url"]) == ("FAILED", "TIMEOUT", None)
        assert len(shop.http.get(done["partialDataUrl"]).text.splitlines()) == 1

    def test_five_run_at_a_time(self, shop: ShopifySandbox) -> None:
        for _ in range(5):
            self.start(shop)
        assert self.start(shop)["userErrors"][0]["code"] == "OPERATION_IN_PROGRESS"
        shop.clock.advance(timedelta(seconds=3))
        assert self.start(shop)["userErrors"] == []

    def test_it_can_be_cancelled(self, shop: ShopifySandbox) -> None:
        started = self.start(shop)["bulkOperation"]
        query = """mutation C($id: ID!) {
          bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } }
        }"""
        assert (
            shop.ask(query, id=started["id"])["bulkOperationCancel"]["bulkOperation"]["status"] == "CANCELED"
        )
        shop.clock.advance(timedelta(seconds=3))
        assert self.state(shop, started["id"])["status"] == "CANCELED"
        assert shop.ask(query, id=started["id"])["bulkOperationCancel"]["userErrors"]

    def test_queries_that_cannot_be_run_in_bulk(self, shop: ShopifySandbox) -> None:
        for query in (
            "{ productVariants { nodes { id } } }",
            "{ shop { name } }",
            "{",
            "{ a: shop { id } shop { id } }",
        ):
            payload = self.start(shop, query)
            assert (payload["bulkOperation"], payload["userErrors"][0]["code"]) == (None, "INVALID")

    def test_it_sees_no_more_than_the_app(self, shop: ShopifySandbox) -> None:
        shop.world.app.grant(frozenset({"write_orders"}))
        started = self.start(shop)["bulkOperation"]
        shop.clock.advance(timedelta(seconds=3))
        done = self.state(shop, started["id"])
        assert (done["status"], done["errorCode"]) == ("FAILED", "ACCESS_DENIED")

    def test_a_query_the_schema_refuses_fails(self, shop: ShopifySandbox) -> None:
        started = self.start(shop, "{ productVariants { edges { node { nothing } } } }")["bulkOperation"]
        shop.clock.advance(timedelta(seconds=3))
        assert self.state(shop, started["id"])["status"] == "FAILED"

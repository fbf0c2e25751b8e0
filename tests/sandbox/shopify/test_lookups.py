"""Finding orders: by id, by search, page after page."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.platforms_shopify import ShopifySandbox, line

SEARCH = """query Search($query: String, $first: Int, $after: String, $last: Int, $before: String,
  $sortKey: OrderSortKeys, $reverse: Boolean) {
  orders(first: $first, after: $after, last: $last, before: $before, query: $query,
    sortKey: $sortKey, reverse: $reverse) {
    nodes { id sourceIdentifier }
    edges { cursor }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


def found(shop: ShopifySandbox, query: str) -> list[str]:
    nodes = shop.ask(SEARCH, query=query, first=50, sortKey="ID")["orders"]["nodes"]
    return [node["sourceIdentifier"] for node in nodes]


def fill(shop: ShopifySandbox, count: int, **given: Any) -> list[str]:
    names = [f"57{number:016d}" for number in range(count)]
    for name in names:
        shop.order_id(sourceIdentifier=name, **given)
        shop.clock.advance(timedelta(minutes=1))
    return names


def test_source_identifiers_are_found_in_one_query(shop: ShopifySandbox) -> None:
    names = fill(shop, 4)
    query = f"source_identifier:{names[0]} OR source_identifier:'{names[2]}' OR source_identifier:\"0\""
    assert found(shop, query) == [names[0], names[2]]


def test_tags_and_times_are_searched(shop: ShopifySandbox) -> None:
    names = fill(shop, 4, tags=["TikTok Shop"])
    middle = shop.world.orders[1].created_at.isoformat()
    assert found(shop, f'tag:"tiktok shop" created_at:>="{middle}"') == names[1:]
    assert found(shop, f"tag:other OR created_at:<'{middle}'") == names[:1]
    assert found(shop, "-tag:'TikTok Shop'") == []
    assert found(shop, "tag_not:nothing") == names


def test_metafields_names_and_statuses_are_searched(shop: ShopifySandbox) -> None:
    shop.define()
    shop.identified("7:1", name="TT-1")
    fill(shop, 1)
    assert found(shop, "metafields.tiktok_shop_connector.order_id:'7:1'") == ["7:1"]
    assert found(shop, "name:tt-1 fulfillment_status:unfulfilled status:open") == ["7:1"]
    assert found(shop, "7:1 status:cancelled") == []


def test_an_unknown_field_is_ignored_with_a_warning(shop: ShopifySandbox) -> None:
    names = fill(shop, 2)
    answer = shop.post(SEARCH, {"query": "source_id:1", "first": 5, "sortKey": "ID"}).json()
    assert [node["sourceIdentifier"] for node in answer["data"]["orders"]["nodes"]] == names
    warning = answer["extensions"]["search"][0]["warnings"][0]
    assert (warning["field"], warning["code"]) == ("source_id", "invalid_field")
    good = shop.post(SEARCH, {"query": "status:open", "first": 5, "sortKey": "ID"}).json()
    assert "search" not in good["extensions"]


def test_the_index_may_lag_while_the_id_is_exact(shop: ShopifySandbox) -> None:
    shop.world.switches.search_lag = 60
    made = shop.order_id(sourceIdentifier="1")
    assert found(shop, "source_identifier:1") == []
    assert shop.ask("query O($id: ID!) { order(id: $id) { id } }", id=made)["order"]["id"] == made
    shop.clock.advance(timedelta(seconds=61))
    assert found(shop, "source_identifier:1") == ["1"]


def test_terms_beyond_a_limit_are_dropped(shop: ShopifySandbox) -> None:
    names = fill(shop, 3)
    shop.world.switches.search_terms_limit = 2
    assert found(shop, " OR ".join(f"source_identifier:{name}" for name in names)) == names[:2]


def test_orders_older_than_sixty_days_need_a_scope(shop: ShopifySandbox) -> None:
    made = shop.order_id(sourceIdentifier="1")
    shop.clock.advance(timedelta(days=61))
    assert found(shop, "source_identifier:1") == ["1"]
    shop.world.app.grant(frozenset({"write_orders"}))
    assert found(shop, "source_identifier:1") == []
    assert shop.ask("query O($id: ID!) { order(id: $id) { id } }", id=made)["order"] is None


def test_pages_follow_each_other_while_orders_arrive(shop: ShopifySandbox) -> None:
    names = fill(shop, 5)
    first = shop.ask(SEARCH, first=2, sortKey="CREATED_AT")["orders"]
    fill(shop, 1)
    second = shop.ask(SEARCH, first=2, sortKey="CREATED_AT", after=first["pageInfo"]["endCursor"])["orders"]
    assert [node["sourceIdentifier"] for node in first["nodes"] + second["nodes"]] == names[:4]
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (True, True)
    assert first["edges"][1]["cursor"] == first["pageInfo"]["endCursor"]


def test_pages_can_be_read_backwards(shop: ShopifySandbox) -> None:
    names = fill(shop, 4)
    last = shop.ask(SEARCH, last=2, sortKey="CREATED_AT")["orders"]
    assert [node["sourceIdentifier"] for node in last["nodes"]] == names[2:]
    before = shop.ask(SEARCH, last=2, sortKey="CREATED_AT", before=last["pageInfo"]["startCursor"])["orders"]
    assert [node["sourceIdentifier"] for node in before["nodes"]] == names[:2]
    newest = shop.ask(SEARCH, first=1, sortKey="CREATED_AT", reverse=True)["orders"]
    assert newest["nodes"][0]["sourceIdentifier"] == names[3]


@pytest.mark.parametrize("page", [{}, {"first": 1, "last": 1}, {"first": 251}, {"first": 1, "after": "x"}])
def test_a_page_that_cannot_be_is_refused(shop: ShopifySandbox, page: dict[str, Any]) -> None:
    answer = shop.post(SEARCH, {"sortKey": "ID", **page}).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_nodes_finds_whatever_has_an_id(shop: ShopifySandbox) -> None:
    made = shop.order_id()
    variant = shop.world.variant("TEE").id
    query = """query N($ids: [ID!]!) {
      nodes(ids: $ids) { id ... on Order { name } ... on ProductVariant { sku } }
    }"""
    nodes = shop.ask(query, ids=[made, variant, "gid://shopify/Order/1"])["nodes"]
    assert nodes == [{"id": made, "name": "#1001"}, {"id": variant, "sku": "TEE"}, None]


def test_counts(shop: ShopifySandbox) -> None:
    fill(shop, 3)
    query = 'query C($limit: Int) { ordersCount(query: "status:open", limit: $limit) { count precision } }'
    assert shop.ask(query, limit=10)["ordersCount"] == {"count": 3, "precision": "EXACT"}
    assert shop.ask(query, limit=2)["ordersCount"] == {"count": 2, "precision": "AT_LEAST"}


def test_a_deleted_order_is_found_no_more(shop: ShopifySandbox) -> None:
    shop.define()
    shop.identified("7:1")
    shop.world.delete_order(shop.world.orders[0])
    assert found(shop, "source_identifier:'7:1'") == []
    assert shop.identified("7:1")["userErrors"] == []


def test_a_total_changed_behind_everybodys_back_is_read(shop: ShopifySandbox) -> None:
    made = shop.order_id()
    shop.world.alter_total(shop.world.orders[0], Decimal("99.90"))
    query = "query O($id: ID!) { order(id: $id) { totalPriceSet { shopMoney { amount } } } }"
    assert shop.ask(query, id=made)["order"]["totalPriceSet"]["shopMoney"]["amount"] == "99.9"


def test_an_order_reads_back_in_full(shop: ShopifySandbox) -> None:
    tee = shop.world.variant("TEE").id
    address = {"firstName": "A", "lastName": "B", "countryCode": "US", "provinceCode": "TX"}
    made = shop.order_id(
        lineItems=[line(tee, 2, properties=[{"name": "_unit", "value": "1"}], requiresShipping=True)],
        shippingAddress=address,
        customAttributes=[{"key": "k", "value": "v"}],
        note="a note",
    )
    query = """query O($id: ID!) { order(id: $id) {
      note legacyResourceId requiresShipping shippingAddress { name countryCodeV2 provinceCode }
      customAttributes { key value }
      lineItems(first: 5) { nodes { sku name quantity customAttributes { key value } variant { id } } }
      subtotalPriceSet { shopMoney { amount } } totalOutstandingSet { shopMoney { amount } }
    } }"""
    order = shop.ask(query, id=made)["order"]
    assert order["shippingAddress"] == {"name": "A B", "countryCodeV2": "US", "provinceCode": "TX"}
    assert order["lineItems"]["nodes"] == [
        {
            "sku": "TEE",
            "name": "Crew Tee - Default Title",
            "quantity": 2,
            "customAttributes": [{"key": "_unit", "value": "1"}],
            "variant": {"id": tee},
        }
    ]
    assert order["totalOutstandingSet"]["shopMoney"]["amount"] == "24.0"
    assert made.endswith(order["legacyResourceId"])
    assert (order["requiresShipping"], order["note"]) == (True, "a note")

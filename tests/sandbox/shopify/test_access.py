"""The door: tokens, scopes, versions, and what is not GraphQL."""

from datetime import timedelta

import httpx
import pytest

from tests.platforms_shopify import ShopifySandbox

SHOP = "{ shop { myshopifyDomain plan { publicDisplayName shopifyPlus } } }"


def grant(shop: ShopifySandbox, **changed: str) -> httpx.Response:
    form = {
        "grant_type": "client_credentials",
        "client_id": shop.world.client_id,
        "client_secret": shop.world.client_secret,
        **changed,
    }
    return shop.http.post(f"{shop.base_url}/admin/oauth/access_token", data=form)


def test_client_credentials_live_for_a_day(shop: ShopifySandbox) -> None:
    answer = grant(shop).json()
    assert answer["expires_in"] == 86400
    assert "write_orders" in answer["scope"].split(",")
    shop.token = answer["access_token"]
    shop.order_id()
    shop.clock.advance(timedelta(hours=24))
    assert shop.post(SHOP).status_code == 401
    shop.token = grant(shop).json()["access_token"]
    assert shop.post(SHOP).status_code == 200


def test_client_credentials_may_not_count_as_an_offline_token(shop: ShopifySandbox) -> None:
    shop.world.switches.client_credentials_create = False
    query = "mutation { orderCreate(order: {}) { order { id } } }"
    shop.token = grant(shop).json()["access_token"]
    error = shop.post(query).json()["errors"][0]
    assert (error["extensions"]["code"], error["path"]) == ("ACCESS_DENIED", ["orderCreate"])


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"client_secret": "wrong"}, 401), ({"client_id": "nobody"}, 401), ({"grant_type": "password"}, 400)],
)
def test_wrong_credentials_give_no_token(shop: ShopifySandbox, changed: dict[str, str], status: int) -> None:
    answer = grant(shop, **changed)
    assert answer.status_code == status
    assert "access_token" not in answer.json()


def test_a_wrong_or_revoked_token_is_unauthorised(shop: ShopifySandbox) -> None:
    shop.world.access.revoke(shop.token)
    assert shop.post(SHOP).status_code == 401
    shop.token = "shpat_wrong"
    answer = shop.post(SHOP)
    assert answer.status_code == 401
    assert answer.json()["errors"].startswith("[API] Invalid API key")


def test_a_missing_scope_is_named(shop: ShopifySandbox) -> None:
    shop.world.app.grant(frozenset({"read_products"}))
    answer = shop.post("mutation { orderCreate(order: {}) { order { id } } }").json()
    assert answer["data"] == {"orderCreate": None}
    extensions = answer["errors"][0]["extensions"]
    assert extensions["code"] == "ACCESS_DENIED"
    assert "`write_orders`" in extensions["requiredAccess"]


def test_a_scope_of_a_nested_field(shop: ShopifySandbox) -> None:
    made = shop.order_id(email="buyer@tiktok.com")
    shop.world.app.grant(frozenset({"read_orders"}))
    query = "query O($id: ID!) { order(id: $id) { id customer { id } } }"
    answer = shop.post(query, {"id": made}).json()
    assert answer["data"]["order"] == {"id": made, "customer": None}
    assert answer["errors"][0]["path"] == ["order", "customer"]
    whole = shop.post(
        "query O($id: ID!) { order(id: $id) { fulfillmentOrders(first: 1) { nodes { id } } } }", {"id": made}
    )
    assert whole.json()["data"] == {"order": None}


@pytest.mark.parametrize(
    ("asked", "served"),
    [("2026-10", "2026-10"), ("2026-01", "2026-01"), ("2024-01", "2026-01"), ("unstable", "unstable")],
)
def test_a_retired_version_falls_forward(shop: ShopifySandbox, asked: str, served: str) -> None:
    shop.version = asked
    answer = shop.post(SHOP)
    assert answer.headers["x-shopify-api-version"] == served
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("asked", ["2027-01", "2026-13", "latest"])
def test_an_unknown_version_is_not_found(shop: ShopifySandbox, asked: str) -> None:
    shop.version = asked
    assert shop.post(SHOP).status_code == 404


def test_published_versions(shop: ShopifySandbox) -> None:
    handles = shop.ask("{ publicApiVersions { handle supported } }")["publicApiVersions"]
    assert {"handle": "2026-10", "supported": True} in handles
    assert {"handle": "unstable", "supported": False} in handles


@pytest.mark.parametrize("status", [402, 403, 423])
def test_a_shop_that_is_closed(shop: ShopifySandbox, status: int) -> None:
    shop.world.shop_status = status
    assert shop.post(SHOP).status_code == status


def test_requests_that_are_no_graphql(shop: ShopifySandbox) -> None:
    url = f"{shop.base_url}/admin/api/2026-10/graphql.json"
    headers = {"X-Shopify-Access-Token": shop.token, "Content-Type": "application/json"}
    assert shop.http.post(url, content=b"{", headers=headers).status_code == 400
    assert shop.http.post(url, content=b'{"q": 1}', headers=headers).status_code == 400
    assert (
        shop.http.post(url, content=b"{}", headers={**headers, "Content-Type": "text/plain"}).status_code
        == 400
    )
    assert shop.http.get(url, headers=headers).status_code == 405
    assert shop.http.get(f"{shop.base_url}/admin/orders.json").status_code == 404
    assert shop.http.get(f"{shop.base_url}/sandbox-bulk/none.jsonl").status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ shop { nothing } }", "undefinedField"),
        ("{ shop(a: 1) { name } }", "argumentNotAccepted"),
        ("{ order { id } }", "missingRequiredArguments"),
        ("{ order(id: [1]) { id } }", "argumentLiteralsIncompatible"),
        ("query Q($a: Int!) { order(id: $a) { id } }", "variableMismatch"),
        ('query @idempotent(key: "1") { shop { name } }', "directiveCannotBeApplied"),
    ],
)
def test_documents_the_schema_refuses(shop: ShopifySandbox, query: str, code: str) -> None:
    answer = shop.post(query, {"a": 1})
    assert answer.status_code == 200
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert "data" not in answer.json()


def test_text_that_is_no_document(shop: ShopifySandbox) -> None:
    assert shop.post("{ shop {").json()["errors"][0]["message"].startswith("Syntax Error")
    assert "errors" in shop.post("query A { shop { name } } query B { shop { name } }").json()


def test_what_the_shop_says_of_itself(shop: ShopifySandbox) -> None:
    known = shop.ask(SHOP)["shop"]
    assert known["myshopifyDomain"] == shop.world.domain
    assert known["plan"] == {"publicDisplayName": "Standard", "shopifyPlus": False}
    scopes = shop.ask("{ currentAppInstallation { accessScopes { handle } } }")["currentAppInstallation"]
    assert {"handle": "read_orders"} in scopes["accessScopes"]


def test_locations(shop: ShopifySandbox) -> None:
    shop.world.catalog.add_location("Closed", active=False)
    query = (
        "query L($all: Boolean) { locations(first: 5, includeInactive: $all) { nodes { name isActive } } }"
    )
    assert [place["name"] for place in shop.ask(query)["locations"]["nodes"]] == ["Main warehouse"]
    assert len(shop.ask(query, all=True)["locations"]["nodes"]) == 2


def test_customers(shop: ShopifySandbox) -> None:
    shop.order_id(customer={"toUpsert": {"email": "a@tiktok.com", "firstName": "A", "phone": "+15125550100"}})
    query = """query C($by: CustomerIdentifierInput!) {
      customerByIdentifier(identifier: $by) { displayName numberOfOrders phone }
    }"""
    found = shop.ask(query, by={"emailAddress": "a@tiktok.com"})["customerByIdentifier"]
    assert (found["displayName"], found["numberOfOrders"]) == ("A", "1")
    assert shop.ask(query, by={"phoneNumber": "+15125550100"})["customerByIdentifier"] == found
    assert shop.ask(query, by={"emailAddress": "b@tiktok.com"})["customerByIdentifier"] is None

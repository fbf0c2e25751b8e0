"""What nobody knows of Shopify: each switch makes the shop answer in each plausible way."""

from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.shopify.switches import AddressRules, DuplicateIdentifier, SourceName
from tests.platforms_shopify import KEY, NAMESPACE, ShopifySandbox

FIND = """query Find($value: String!) {
  orderByIdentifier(
    identifier: { customId: { namespace: "tiktok_shop_connector", key: "order_id", value: $value } }
  ) {
    id
    held: metafield(namespace: "tiktok_shop_connector", key: "order_id") { value }
  }
}"""


def find(shop: ShopifySandbox, value: str) -> Any:
    return shop.ask(FIND, value=value)["orderByIdentifier"]


class TestDuplicateIdentifier:
    def twice(self, shop: ShopifySandbox, rule: DuplicateIdentifier) -> tuple[Any, Any]:
        shop.define()
        shop.world.switches.duplicate_identifier = rule
        return shop.identified("7:1"), shop.identified("7:1")

    def test_refused(self, shop: ShopifySandbox) -> None:
        _, second = self.twice(shop, DuplicateIdentifier.REFUSE)
        assert second["order"] is None
        assert second["userErrors"][0]["field"] == ["order", "metafields", "0"]

    def test_made_without_the_metafield_silently(self, shop: ShopifySandbox) -> None:
        first, second = self.twice(shop, DuplicateIdentifier.CREATE_WITHOUT)
        assert second["userErrors"] == []
        assert shop.world.orders[1].metafields == []
        assert find(shop, "7:1")["id"] == first["order"]["id"] != second["order"]["id"]

    def test_made_without_the_metafield_and_said(self, shop: ShopifySandbox) -> None:
        _, second = self.twice(shop, DuplicateIdentifier.CREATE_WITH_ERROR)
        assert second["order"]["id"]
        assert len(second["userErrors"]) == 1

    def test_accepted(self, shop: ShopifySandbox) -> None:
        first, second = self.twice(shop, DuplicateIdentifier.ACCEPT)
        assert second["userErrors"] == []
        assert [order.metafields[0].value for order in shop.world.orders] == ["7:1", "7:1"]
        assert find(shop, "7:1")["id"] == first["order"]["id"]

    def test_parallel_creates_may_not_see_each_other(self, shop: ShopifySandbox) -> None:
        shop.world.switches.unique_check_delay = 5
        shop.define()
        assert shop.identified("7:1")["order"]
        assert shop.identified("7:1")["order"]
        shop.clock.advance(timedelta(seconds=6))
        assert shop.identified("7:1")["order"] is None


class TestIdentifierLookup:
    def test_found_right_after_the_write(self, shop: ShopifySandbox) -> None:
        shop.define()
        made = shop.identified("7:1")["order"]
        assert find(shop, "7:1") == {"id": made["id"], "held": {"value": "7:1"}}

    def test_or_only_later(self, shop: ShopifySandbox) -> None:
        shop.define()
        shop.world.switches.identifier_lag = 30
        made = shop.identified("7:1")["order"]
        assert find(shop, "7:1") is None
        shop.clock.advance(timedelta(seconds=31))
        assert find(shop, "7:1")["id"] == made["id"]

    def test_a_missing_value_is_null(self, shop: ShopifySandbox) -> None:
        shop.define()
        assert find(shop, "7:1") is None

    def test_or_an_error(self, shop: ShopifySandbox) -> None:
        shop.define()
        shop.world.switches.missing_identifier_is_error = True
        answer = shop.post(FIND, {"value": "7:1"}).json()
        assert answer["errors"][0]["extensions"]["code"] == "NOT_FOUND"

    def test_a_missing_definition_is_an_error_of_its_own(self, shop: ShopifySandbox) -> None:
        answer = shop.post(FIND, {"value": "7:1"}).json()
        assert answer["data"] is None
        assert answer["errors"][0]["message"].startswith("Metafield definition of type 'id' is required")


class TestOrderLimit:
    def test_a_development_store_makes_five_a_minute(self, shop: ShopifySandbox) -> None:
        shop.world.switches.orders_per_minute = 5
        for _ in range(5):
            shop.order_id()
        limited = shop.create()
        assert limited["order"] is None
        assert limited["userErrors"] == [
            {"code": None, "field": None, "message": "Too many attempts. Please try again later."}
        ]
        shop.clock.advance(timedelta(seconds=61))
        shop.order_id()

    def test_its_words_can_differ(self, shop: ShopifySandbox) -> None:
        switches = shop.world.switches
        switches.orders_per_minute = 0
        switches.order_limit_message, switches.order_limit_field = "Too many attempts", ("order",)
        switches.order_limit_code = "INVALID"
        error = {"code": "INVALID", "field": ["order"], "message": "Too many attempts"}
        assert shop.create()["userErrors"] == [error]


class TestSourceName:
    def test_accepted(self, shop: ShopifySandbox) -> None:
        shop.create(sourceName="tiktok-shop")
        assert shop.world.orders[0].source_name == "tiktok-shop"

    def test_ignored(self, shop: ShopifySandbox) -> None:
        shop.world.switches.unregistered_source_name = SourceName.IGNORE
        shop.create(sourceName="tiktok-shop")
        assert shop.world.orders[0].source_name == shop.world.client_id

    def test_refused(self, shop: ShopifySandbox) -> None:
        shop.world.switches.unregistered_source_name = SourceName.REFUSE
        assert shop.create(sourceName="tiktok-shop")["order"] is None
        assert shop.create()["order"]


class TestAddresses:
    masked = {"firstName": "J***", "countryCode": "US", "provinceCode": "TX", "city": "Austin"}  # noqa: RUF012

    def test_strict_names_what_is_missing(self, shop: ShopifySandbox) -> None:
        shop.world.switches.address_rules = AddressRules.STRICT
        errors = shop.create(shippingAddress=self.masked)["userErrors"]
        assert {error["field"][-1]: error["message"] for error in errors} == {
            "lastName": "Enter a last name",
            "address1": "Enter an address",
            "zip": "Enter a ZIP code",
        }

    def test_lenient_takes_anything(self, shop: ShopifySandbox) -> None:
        shop.world.switches.address_rules = AddressRules.LENIENT
        assert shop.create(shippingAddress={"countryCode": "US", "provinceCode": "ZZ"})["order"]

    def test_provinces_are_checked_by_default(self, shop: ShopifySandbox) -> None:
        assert shop.create(shippingAddress=self.masked)["order"]
        wrong = {**self.masked, "provinceCode": "Texas"}
        message = shop.create(shippingAddress=wrong)["userErrors"][0]["message"]
        assert message == "State is not a valid state in United States"
        assert shop.create(shippingAddress={**self.masked, "provinceCode": None})["order"]

    def test_phones_and_emails_can_be_taken_as_they_are(self, shop: ShopifySandbox) -> None:
        assert shop.create(email="1@buyer.invalid")["order"] is None
        shop.world.switches.strict_emails = shop.world.switches.strict_phones = False
        assert shop.create(email="1@buyer.invalid", shippingAddress={"phone": "(+1)512***00"})["order"]


def test_app_namespace_metafields_can_be_refused(shop: ShopifySandbox) -> None:
    own = [{"namespace": "$app", "key": KEY, "type": "id", "value": "1"}]
    assert shop.create(metafields=own)["order"]
    shop.world.switches.app_namespace_metafields = False
    assert shop.create(metafields=own)["userErrors"][0]["field"] == ["order", "metafields", "0", "namespace"]


def test_a_metafield_without_definition_needs_a_type(shop: ShopifySandbox) -> None:
    bare = [{"namespace": NAMESPACE, "key": KEY, "value": "1"}]
    assert shop.create(metafields=bare)["order"] is None
    shop.define()
    assert shop.create(metafields=bare)["order"]


def test_associating_an_unknown_customer(shop: ShopifySandbox) -> None:
    wanted = {"toAssociate": {"email": "nobody@tiktok.com"}}
    assert shop.create(customer=wanted)["order"] is None
    shop.world.switches.unknown_customer_is_error = False
    assert shop.create(customer=wanted)["order"]["customer"] is None


class TestDefinition:
    def test_an_id_definition_is_unique_by_itself(self, shop: ShopifySandbox) -> None:
        made = shop.define()["createdDefinition"]
        assert made["capabilities"]["uniqueValues"]["enabled"] is True

    def test_it_cannot_be_otherwise(self, shop: ShopifySandbox) -> None:
        payload = shop.define(capabilities={"uniqueValues": {"enabled": False}})
        assert payload["userErrors"][0]["code"] == "CAPABILITY_REQUIRED_BUT_DISABLED"

    def test_a_second_one_is_taken(self, shop: ShopifySandbox) -> None:
        shop.define()
        assert shop.define()["userErrors"][0]["code"] == "TAKEN"


@pytest.mark.parametrize("status", [200, 429])
def test_throttled_answers_come_either_way(shop: ShopifySandbox, status: int) -> None:
    shop.world.switches.throttled_status = status
    shop.world.bucket(shop.world.app).drain()
    answer = shop.post("{ shop { name } }")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in answer.json()

"""`orderCreate` does what the recordings of the real one show."""

from datetime import timedelta
from typing import Any

import pytest

from tests.platforms_shopify import ShopifySandbox, line, usd


def total(payload: Any) -> str:
    amount: str = payload["order"]["totalPriceSet"]["shopMoney"]["amount"]
    return amount


def paid(amount: str) -> list[dict[str, Any]]:
    return [{"kind": "SALE", "status": "SUCCESS", "gateway": "TikTok Shop", "amountSet": usd(amount)}]


def test_total_is_lines_and_shipping_and_tax(shop: ShopifySandbox) -> None:
    tee = shop.world.variant("TEE").id
    tax = [
        {"title": "State", "rate": "0.1", "priceSet": usd("2.40"), "channelLiable": True},
        {"title": "City", "rate": "0.02", "priceSet": usd("0.50")},
    ]
    payload = shop.create(
        lineItems=[line(tee, 2, taxLines=tax)],
        shippingLines=[{"title": "Standard", "priceSet": usd("5.00")}],
        transactions=paid("31.90"),
    )
    assert total(payload) == "31.9"
    assert payload["order"]["displayFinancialStatus"] == "PAID"


def test_included_taxes_are_not_added(shop: ShopifySandbox) -> None:
    payload = shop.create(
        taxesIncluded=True, taxLines=[{"title": "VAT", "rate": "0.2", "priceSet": usd("2.00")}]
    )
    assert total(payload) == "12.0"


def test_order_level_taxes_are_added(shop: ShopifySandbox) -> None:
    payload = shop.create(taxLines=[{"title": "Tax", "rate": "0.1", "priceSet": usd("1.20")}])
    assert total(payload) == "13.2"


def test_fixed_discount_code_need_not_exist(shop: ShopifySandbox) -> None:
    payload = shop.create(
        lineItems=[line(shop.world.variant("TEE").id, 2, "15.00")],
        shippingLines=[{"title": "Standard", "priceSet": usd("4.00")}],
        discountCode={"itemFixedDiscountCode": {"code": "MATH5", "amountSet": usd("5.00")}},
    )
    assert total(payload) == "29.0"
    assert shop.world.orders[0].discount_code == "MATH5"


def test_free_shipping_and_percentage_codes(shop: ShopifySandbox) -> None:
    shipping = [{"title": "Standard", "priceSet": usd("4.00")}]
    free = shop.create(shippingLines=shipping, discountCode={"freeShippingDiscountCode": {"code": "FREE"}})
    half = shop.create(discountCode={"itemPercentageDiscountCode": {"code": "HALF", "percentage": 50.0}})
    assert (total(free), total(half)) == ("12.0", "6.0")


def test_without_transaction_the_financial_status_is_null(shop: ShopifySandbox) -> None:
    assert shop.create()["order"]["displayFinancialStatus"] is None


@pytest.mark.parametrize(
    ("kind", "amount", "status"),
    [("SALE", "12.00", "PAID"), ("SALE", "5.00", "PARTIALLY_PAID"), ("AUTHORIZATION", "12.00", "AUTHORIZED")],
)
def test_financial_status_follows_the_transactions(
    shop: ShopifySandbox, kind: str, amount: str, status: str
) -> None:
    payload = shop.create(transactions=[{"kind": kind, "status": "SUCCESS", "amountSet": usd(amount)}])
    assert payload["order"]["displayFinancialStatus"] == status


def test_presentment_money_is_kept_as_sent(shop: ShopifySandbox) -> None:
    both = {
        "shopMoney": {"amount": "10", "currencyCode": "USD"},
        "presentmentMoney": {"amount": "7", "currencyCode": "GBP"},
    }
    tee = shop.world.variant("TEE").id
    wanted = [{"variantId": tee, "quantity": 1, "priceSet": both}]
    payload = shop.create(presentmentCurrency="GBP", lineItems=wanted)
    price = payload["order"]["totalPriceSet"]
    assert price["shopMoney"] == {"amount": "10.0", "currencyCode": "USD"}
    assert price["presentmentMoney"] == {"amount": "7.0", "currencyCode": "GBP"}
    assert shop.create(lineItems=wanted)["userErrors"][0]["field"] == ["order", "presentmentCurrency"]


def test_it_is_not_idempotent(shop: ShopifySandbox) -> None:
    first, second = shop.create(sourceIdentifier="1"), shop.create(sourceIdentifier="1")
    assert first["order"]["id"] != second["order"]["id"]
    assert list(shop.world.duplicates()) == ["1"]
    assert len(shop.world.orders_with_source("1")) == 2


def test_names_are_not_unique(shop: ShopifySandbox) -> None:
    assert shop.create(name="TT-1")["order"]["name"] == shop.create(name="TT-1")["order"]["name"] == "TT-1"
    assert shop.create()["order"]["name"] == "#1003"


def test_email_alone_makes_a_customer_and_no_email_none(shop: ShopifySandbox) -> None:
    first = shop.create(email="buyer@tiktok.com")
    again = shop.create(email="BUYER@tiktok.com")
    assert first["order"]["customer"]["id"] == again["order"]["customer"]["id"]
    assert shop.create()["order"]["customer"] is None
    assert next(iter(shop.world.customers.values())).number_of_orders == 2


def test_shipping_is_not_required_unless_said(shop: ShopifySandbox) -> None:
    shop.create()
    assert not shop.world.orders[0].lines[0].requires_shipping


def test_unknown_variant_refuses_the_whole_order(shop: ShopifySandbox) -> None:
    wanted = [line(shop.world.variant("TEE").id), line("gid://shopify/ProductVariant/1")]
    payload = shop.create(lineItems=wanted, options={"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"})
    assert payload["order"] is None
    assert [error["message"] for error in payload["userErrors"]] == [
        "Order Line items is invalid",
        "Line items Name can't be blank",
        "Line items Title can't be blank",
    ]
    assert shop.world.stock("TEE") == 10
    assert shop.world.orders == []


def test_a_line_without_variant_needs_a_title(shop: ShopifySandbox) -> None:
    wanted = [{"title": "Handling fee", "quantity": 1, "priceSet": usd("0.99"), "requiresShipping": False}]
    assert total(shop.create(lineItems=wanted)) == "0.99"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"lineItems": []}, ["order", "lineItems"]),
        ({"currency": "EUR"}, ["order", "currency"]),
        ({"shippingLines": [{"title": "S", "priceSet": usd("-1")}]}, ["order"]),
        ({"note": "x" * 5001}, ["order", "note"]),
        ({"tags": ["x" * 41]}, ["order", "tags"]),
        ({"email": "nobody"}, ["order", "email"]),
        ({"phone": "(+1)512***00"}, ["order", "phone"]),
        ({"sourceName": "pos"}, ["order", "sourceName"]),
        (
            {"shippingAddress": {"countryCode": "US", "provinceCode": "ZZ"}},
            ["order", "shippingAddress", "province"],
        ),
        ({"shippingAddress": {"phone": "***"}}, ["order", "shippingAddress", "phone"]),
        ({"fulfillment": {"locationId": "gid://shopify/Location/1"}}, ["order", "fulfillment", "locationId"]),
    ],
)
def test_refusals_name_their_field(shop: ShopifySandbox, given: dict[str, Any], field: list[str]) -> None:
    payload = shop.create(**given)
    assert payload["order"] is None
    assert payload["userErrors"][0]["field"] == field
    assert shop.world.orders == []


def test_taxes_are_on_the_order_or_on_the_lines(shop: ShopifySandbox) -> None:
    tax = [{"title": "T", "rate": "0.1", "priceSet": usd("1.20")}]
    wanted = [line(shop.world.variant("TEE").id, taxLines=tax)]
    assert shop.create(lineItems=wanted, taxLines=tax)["userErrors"][0]["field"] == ["order", "taxLines"]


def test_redundant_customer_fields(shop: ShopifySandbox) -> None:
    payload = shop.create(
        customerId="gid://shopify/Customer/1", customer={"toUpsert": {"email": "buyer@tiktok.com"}}
    )
    assert payload["userErrors"][0]["code"] == "REDUNDANT_CUSTOMER_FIELDS"


def test_a_customer_phone_is_unique(shop: ShopifySandbox) -> None:
    first = {"toUpsert": {"email": "one@tiktok.com", "phone": "+15125550100"}}
    second = {"toUpsert": {"email": "two@tiktok.com", "phone": "+15125550100"}}
    shop.order_id(customer=first)
    shop.order_id(customer=first)
    assert shop.create(customer=second)["userErrors"][0]["message"] == "Phone has already been taken"


def test_future_processed_at_is_clamped_and_was_refused_before_2026_07(shop: ShopifySandbox) -> None:
    tomorrow = (shop.clock.now() + timedelta(days=1)).isoformat()
    order = shop.create(processedAt=tomorrow)["order"]
    assert order["processedAt"] == order["createdAt"]
    shop.version = "2026-04"
    assert shop.create(processedAt=tomorrow)["userErrors"][0]["code"] == "PROCESSED_AT_INVALID"


def test_a_missing_tax_rate_never_reaches_the_shop(shop: ShopifySandbox) -> None:
    wanted = [line(shop.world.variant("TEE").id, taxLines=[{"title": "T", "rate": None}])]
    query = "mutation M($order: OrderCreateOrderInput!) { orderCreate(order: $order) { order { id } } }"
    answer = shop.post(query, {"order": {"lineItems": wanted}}).json()
    assert answer["errors"][0]["extensions"]["code"] == "INVALID_VARIABLE"
    problem = answer["errors"][0]["extensions"]["problems"][0]
    assert problem["path"] == ["lineItems", "0", "taxLines", "0", "rate"]
    assert "data" not in answer


def test_created_as_fulfilled_nobody_ships_it_again(shop: ShopifySandbox) -> None:
    parcel = {"locationId": shop.world.location.id, "trackingNumber": "1Z999", "trackingCompany": "UPS"}
    payload = shop.create(fulfillmentStatus="FULFILLED", fulfillment=parcel)
    assert payload["order"]["displayFulfillmentStatus"] == "FULFILLED"
    order = shop.world.orders[0]
    assert order.fulfillments[0].tracking_info == [{"company": "UPS", "number": "1Z999", "url": None}]
    assert [found.status for found in order.fulfillment_orders] == ["CLOSED"]


class TestStock:
    def behave(self, shop: ShopifySandbox, behaviour: str | None, quantity: int) -> Any:
        options = None if behaviour is None else {"inventoryBehaviour": behaviour}
        return shop.create(lineItems=[line(shop.world.variant("MUG").id, quantity)], options=options)

    def test_bypass_is_the_default(self, shop: ShopifySandbox) -> None:
        self.behave(shop, None, 2)
        assert shop.world.stock("MUG") == 5

    def test_ignoring_the_policy_stock_may_go_below_zero(self, shop: ShopifySandbox) -> None:
        self.behave(shop, "DECREMENT_IGNORING_POLICY", 7)
        assert shop.world.stock("MUG") == -2
        level = shop.world.variant("MUG").stock[shop.world.location.id]
        assert (level.on_hand, level.committed) == (5, 7)

    def test_obeying_the_policy_it_is_refused(self, shop: ShopifySandbox) -> None:
        payload = self.behave(shop, "DECREMENT_OBEYING_POLICY", 7)
        assert payload["userErrors"][0]["code"] == "INVENTORY_CLAIM_FAILED"
        assert (shop.world.stock("MUG"), shop.world.orders) == (5, [])

    def test_the_place_with_enough_stock_is_taken(self, shop: ShopifySandbox) -> None:
        mug = shop.world.variant("MUG")
        other = shop.world.catalog.add_location("Second warehouse")
        shop.world.catalog.set_stock(mug, 50, other)
        self.behave(shop, "DECREMENT_IGNORING_POLICY", 7)
        assert mug.stock[other.id].available == 43
        assert shop.world.orders[0].fulfillment_orders[0].location is other

"""Orders after their making: cancelled, shipped, closed, tagged."""

from datetime import timedelta
from typing import Any

import pytest

from tests.platforms_shopify import KEY, NAMESPACE, ShopifySandbox, line, usd

CANCEL = """mutation C($id: ID!, $restock: Boolean!, $refund: OrderCancelRefundMethodInput) {
  orderCancel(orderId: $id, reason: CUSTOMER, restock: $restock, refundMethod: $refund) {
    job { id done } orderCancelUserErrors { code field message }
  }
}"""

STATE = """query S($id: ID!) {
  order(id: $id) {
    cancelledAt cancelReason closedAt displayFulfillmentStatus displayFinancialStatus tags
    totalReceivedSet { shopMoney { amount } }
    fulfillments { status trackingInfo { company number url } totalQuantity
      fulfillmentLineItems(first: 5) { nodes { quantity lineItem { sku } } } }
    fulfillmentOrders(first: 5) {
      nodes { id status supportedActions { action }
        lineItems(first: 5) { nodes { id remainingQuantity totalQuantity variant { sku } } } }
    }
  }
}"""

SHIP = """mutation F($parcel: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $parcel) { fulfillment { id status } userErrors { field message } }
}"""

CLAIM = {"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}


def state(shop: ShopifySandbox, order_id: str) -> Any:
    return shop.ask(STATE, id=order_id)["order"]


def cancel(shop: ShopifySandbox, order_id: str, *, restock: bool = True, refund: Any = None) -> Any:
    return shop.ask(CANCEL, id=order_id, restock=restock, refund=refund)["orderCancel"]


def two_tees_and_a_mug(shop: ShopifySandbox) -> str:
    wanted = [line(shop.world.variant("TEE").id, 2), line(shop.world.variant("MUG").id, 1)]
    paid = [{"kind": "SALE", "status": "SUCCESS", "amountSet": usd("36.00")}]
    return shop.order_id(lineItems=wanted, options=CLAIM, transactions=paid)


class TestCancel:
    def test_it_happens_after_the_answer(self, shop: ShopifySandbox) -> None:
        made = two_tees_and_a_mug(shop)
        job = cancel(shop, made)["job"]
        assert job["done"] is False
        assert (state(shop, made)["cancelledAt"], shop.world.stock("TEE")) == (None, 8)
        shop.clock.advance(timedelta(seconds=2))
        assert shop.ask("query J($id: ID!) { job(id: $id) { done } }", id=job["id"])["job"]["done"] is True
        after = state(shop, made)
        assert after["cancelledAt"] == after["closedAt"] is not None
        assert after["cancelReason"] == "CUSTOMER"
        assert after["totalReceivedSet"]["shopMoney"]["amount"] == "36.0"
        assert (shop.world.stock("TEE"), shop.world.stock("MUG")) == (10, 5)

    def test_without_restock_the_stock_stays(self, shop: ShopifySandbox) -> None:
        cancel(shop, two_tees_and_a_mug(shop), restock=False)
        shop.clock.advance(timedelta(seconds=2))
        shop.world.settle()
        assert shop.world.stock("TEE") == 8

    def test_nothing_comes_back_that_was_never_taken(self, shop: ShopifySandbox) -> None:
        cancel(shop, shop.order_id())
        shop.clock.advance(timedelta(seconds=2))
        shop.world.settle()
        assert shop.world.stock("TEE") == 10

    def test_a_refund_can_go_with_it(self, shop: ShopifySandbox) -> None:
        made = two_tees_and_a_mug(shop)
        cancel(shop, made, refund={"originalPaymentMethodsRefund": True})
        shop.clock.advance(timedelta(seconds=2))
        assert state(shop, made)["displayFinancialStatus"] == "REFUNDED"

    def test_a_second_time_it_is_refused(self, shop: ShopifySandbox) -> None:
        made = shop.order_id()
        cancel(shop, made)
        shop.clock.advance(timedelta(seconds=2))
        payload = cancel(shop, made)
        assert payload["job"] is None
        assert "already been canceled" in payload["orderCancelUserErrors"][0]["message"]

    def test_a_shipped_order_is_refused(self, shop: ShopifySandbox) -> None:
        made = shop.order_id(fulfillmentStatus="FULFILLED")
        message = cancel(shop, made)["orderCancelUserErrors"][0]["message"]
        assert message == "Cannot cancel an order with outstanding fulfillments"

    def test_an_order_shipped_meanwhile_is_not_cancelled(self, shop: ShopifySandbox) -> None:
        made = shop.order_id()
        cancel(shop, made)
        part = {"fulfillmentOrderId": state(shop, made)["fulfillmentOrders"]["nodes"][0]["id"]}
        shop.ask(SHIP, parcel={"lineItemsByFulfillmentOrder": [part]})
        shop.clock.advance(timedelta(seconds=2))
        assert state(shop, made)["cancelledAt"] is None

    def test_an_unknown_order(self, shop: ShopifySandbox) -> None:
        error = cancel(shop, "gid://shopify/Order/1")["orderCancelUserErrors"][0]
        assert (error["code"], error["field"]) == ("NOT_FOUND", ["orderId"])


class TestFulfil:
    def ship(self, shop: ShopifySandbox, part: dict[str, Any], **more: Any) -> Any:
        parcel = {"lineItemsByFulfillmentOrder": [part], "notifyCustomer": False, **more}
        return shop.ask(SHIP, parcel=parcel)["fulfillmentCreate"]

    def test_a_part_and_then_the_rest(self, shop: ShopifySandbox) -> None:
        made = two_tees_and_a_mug(shop)
        whole = state(shop, made)["fulfillmentOrders"]["nodes"][0]
        tee = next(part for part in whole["lineItems"]["nodes"] if part["variant"]["sku"] == "TEE")
        wanted = [{"id": tee["id"], "quantity": 1}]
        tracking = {"company": "UPS", "numbers": ["1Z1", "1Z2"]}
        part = {"fulfillmentOrderId": whole["id"], "fulfillmentOrderLineItems": wanted}
        assert self.ship(shop, part, trackingInfo=tracking)["fulfillment"]["status"] == "SUCCESS"
        half = state(shop, made)
        assert half["displayFulfillmentStatus"] == "PARTIALLY_FULFILLED"
        assert half["fulfillments"][0]["totalQuantity"] == 1
        assert [info["number"] for info in half["fulfillments"][0]["trackingInfo"]] == ["1Z1", "1Z2"]
        assert half["fulfillmentOrders"]["nodes"][0]["supportedActions"] == [{"action": "CREATE_FULFILLMENT"}]
        self.ship(shop, {"fulfillmentOrderId": whole["id"]})
        done = state(shop, made)
        assert done["displayFulfillmentStatus"] == "FULFILLED"
        assert done["fulfillmentOrders"]["nodes"][0]["status"] == "CLOSED"
        level = shop.world.variant("TEE").stock[shop.world.location.id]
        assert (level.available, level.committed, level.on_hand) == (8, 0, 8)

    def test_a_second_whole_one_fails_by_status(self, shop: ShopifySandbox) -> None:
        made = shop.order_id()
        part = {"fulfillmentOrderId": state(shop, made)["fulfillmentOrders"]["nodes"][0]["id"]}
        self.ship(shop, part)
        message = self.ship(shop, part)["userErrors"][0]["message"]
        assert message.endswith("has an unfulfillable status= closed.")

    @pytest.mark.parametrize("quantity", [0, 2])
    def test_too_many_or_too_few_units(self, shop: ShopifySandbox, quantity: int) -> None:
        made = shop.order_id()
        whole = state(shop, made)["fulfillmentOrders"]["nodes"][0]
        wanted = [{"id": whole["lineItems"]["nodes"][0]["id"], "quantity": quantity}]
        payload = self.ship(shop, {"fulfillmentOrderId": whole["id"], "fulfillmentOrderLineItems": wanted})
        assert (
            payload["userErrors"][0]["message"] == "Invalid fulfillment order line item quantity requested."
        )

    def test_an_unknown_fulfilment_order(self, shop: ShopifySandbox) -> None:
        payload = self.ship(shop, {"fulfillmentOrderId": "gid://shopify/FulfillmentOrder/1"})
        assert payload["userErrors"][0]["message"] == "Fulfillment order does not exist."

    def test_tracking_can_be_replaced(self, shop: ShopifySandbox) -> None:
        made = shop.order_id()
        part = {"fulfillmentOrderId": state(shop, made)["fulfillmentOrders"]["nodes"][0]["id"]}
        parcel = self.ship(shop, part)["fulfillment"]["id"]
        query = """mutation T($id: ID!, $info: FulfillmentTrackingInput!) {
          fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $info) {
            userErrors { message }
          }
        }"""
        known = shop.ask(
            query, id=parcel, info={"company": "USPS", "number": "9400", "url": "https://t.example/9400"}
        )
        assert known["fulfillmentTrackingInfoUpdate"]["userErrors"] == []
        info = state(shop, made)["fulfillments"][0]["trackingInfo"]
        assert info == [{"company": "USPS", "number": "9400", "url": "https://t.example/9400"}]
        lost = shop.ask(query, id="gid://shopify/Fulfillment/1", info={})
        assert lost["fulfillmentTrackingInfoUpdate"]["userErrors"]


def test_closing_twice_is_a_silent_success(shop: ShopifySandbox) -> None:
    made = shop.order_id()
    query = """mutation C($id: ID!) {
      orderClose(input: { id: $id }) { order { closedAt } userErrors { message } }
    }"""
    first = shop.ask(query, id=made)["orderClose"]
    shop.clock.advance(timedelta(minutes=1))
    assert shop.ask(query, id=made)["orderClose"] == first
    assert shop.ask(query, id="gid://shopify/Order/1")["orderClose"]["userErrors"]


def test_marking_as_paid(shop: ShopifySandbox) -> None:
    made = shop.order_id()
    query = """mutation P($id: ID!) {
      orderMarkAsPaid(input: { id: $id }) { order { displayFinancialStatus } userErrors { message } }
    }"""
    assert shop.ask(query, id=made)["orderMarkAsPaid"]["order"]["displayFinancialStatus"] == "PAID"
    again = shop.ask(query, id=made)["orderMarkAsPaid"]["userErrors"]
    assert again == [{"message": "Order cannot be marked as paid."}]


def test_updating_replaces_lists(shop: ShopifySandbox) -> None:
    made = shop.order_id(tags=["a"])
    query = """mutation U($input: OrderInput!) {
      orderUpdate(input: $input) { order { tags note } userErrors { field message } }
    }"""
    assert shop.ask(query, input={"id": made, "tags": ["b"], "note": "n"})["orderUpdate"]["order"] == {
        "tags": ["b"],
        "note": "n",
    }
    assert shop.ask(query, input={"id": made})["orderUpdate"]["userErrors"][0]["message"].startswith(
        "No valid"
    )
    assert shop.ask(query, input={"id": made, "phone": "*"})["orderUpdate"]["userErrors"][0]["field"] == [
        "phone"
    ]


def test_tags_can_be_added(shop: ShopifySandbox) -> None:
    made = shop.order_id(tags=["b"])
    query = 'mutation T($id: ID!) { tagsAdd(id: $id, tags: ["a"]) { node { id } userErrors { message } } }'
    assert shop.ask(query, id=made)["tagsAdd"]["node"]["id"] == made
    assert state(shop, made)["tags"] == ["a", "b"]


def test_setting_metafields_keeps_them_unique(shop: ShopifySandbox) -> None:
    shop.define()
    first, second = shop.identified("7:1")["order"]["id"], shop.order_id()
    query = """mutation M($given: [MetafieldsSetInput!]!) {
      metafieldsSet(metafields: $given) { metafields { value } userErrors { code elementIndex } }
    }"""

    def put(owner: str, value: str) -> Any:
        given = [{"ownerId": owner, "namespace": NAMESPACE, "key": KEY, "value": value}]
        return shop.ask(query, given=given)["metafieldsSet"]

    assert put(second, "7:1")["userErrors"] == [{"code": "TAKEN", "elementIndex": 0}]
    assert put(first, "7:1")["metafields"] == [{"value": "7:1"}]
    assert put(second, "7:2")["metafields"] == [{"value": "7:2"}]
    assert put("gid://shopify/Order/1", "7:3")["userErrors"]

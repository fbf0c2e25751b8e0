"""A TikTok order becomes one Shopify order, and a second run changes nothing."""

from decimal import Decimal

from tests.services.conftest import Connector


def test_an_order_arrives_once_with_everything_the_contract_says(shop: Connector) -> None:
    order_id = shop.us.place(("TEE-BLK-M", 2), "MUG-01")

    result = shop.sync()

    assert (result.error, result.new, result.created) == (None, 1, 1)
    there = shop.on_shopify(order_id)
    payment = shop.us.tiktok.order(order_id)["payment"]
    assert there.email == "buyerid@tiktok.com"
    assert [line.title for line in there.shipping] == ["Shipped by TTS platform"]
    assert there.source_identifier == order_id
    assert there.total == Decimal(payment["total_amount"])
    assert sorted((line.sku, line.quantity) for line in there.lines) == [("MUG-01", 1), ("TEE-BLK-M", 2)]
    assert there.tags == ["TikTok Shop"]
    shown = shop.order(order_id)
    assert (shown["state"], shown["status"]) == ("created", "awaiting_shipment")
    assert shown["shopify_order_name"] == there.name


def test_a_second_sync_changes_nothing_and_asks_at_most_three_times(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.sync()
    shop.wait(minutes=1)
    before = shop.order(order_id)

    result = shop.sync()

    assert (result.new, result.updated, result.created) == (0, 0, 0)
    assert result.tiktok_calls + result.shopify_calls <= 3
    assert shop.order(order_id) == before
    assert len(shop.us.shopify.orders) == 1


def test_statuses_follow_tiktok_forwards_and_late_news_does_not_turn_them_back(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.sync()
    seen = []
    for status in ("AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED"):
        shop.wait(hours=2)
        shop.us.tiktok.move_order(order_id, status)
        shop.sync()
        seen.append(shop.order(order_id)["status"])

    assert seen == ["awaiting_collection", "in_transit", "delivered", "completed"]
    assert shop.order(order_id)["completed_by"] == "tiktok"
    assert shop.order(order_id)["delivered_at"] is not None


def test_an_order_cancelled_after_creation_is_cancelled_and_restocked(shop: Connector) -> None:
    stock = shop.us.shopify.stock("TEE-BLK-M")
    order_id = shop.us.place()
    shop.sync()
    assert shop.us.shopify.stock("TEE-BLK-M") == stock - 1
    shop.wait(minutes=5)
    shop.us.tiktok.move_order(order_id, "CANCELLED")

    result = shop.sync()

    shop.wait(seconds=30)
    assert result.cancelled == 1
    assert shop.on_shopify(order_id).cancelled_at is not None
    assert shop.us.shopify.stock("TEE-BLK-M") == stock
    shop.wait(minutes=5)
    assert shop.sync().cancelled == 0


def test_an_order_cancelled_before_it_was_due_is_never_created(shop: Connector) -> None:
    order_id = shop.us.place(status="ON_HOLD")
    shop.sync()
    assert shop.order(order_id)["reason"]["code"] == "on_hold"
    shop.wait(minutes=5)
    shop.us.tiktok.move_order(order_id, "CANCELLED")

    shop.sync()

    assert shop.order(order_id)["state"] == "ignored"
    assert shop.order(order_id)["reason"]["code"] == "cancelled_before_create"
    assert shop.us.shopify.orders == []


def test_one_stores_trouble_never_touches_another(shop: Connector) -> None:
    shop.connect("uk")
    shop.wait(hours=3)
    lost, fine = shop.us.place(), shop.uk.place()
    shop.us.tiktok.deauthorize(shop.us.grant)

    shop.sync()

    assert shop.us.shopify.orders == []
    assert shop.on_shopify(fine, "uk").total > 0
    assert lost != fine


def test_of_a_partially_shipped_order_only_the_shipped_units_are_fulfilled(shop: Connector) -> None:
    order_id = shop.us.place(("TEE-BLK-M", 2), "MUG-01")
    shop.us.tiktok.move_order(order_id, "PARTIALLY_SHIPPING")

    shop.sync()

    shipped = sum(fulfillment.status == "SUCCESS" for fulfillment in shop.on_shopify(order_id).fulfillments)
    orders = shop.on_shopify(order_id).fulfillment_orders
    open_units = sum(line.remaining_quantity for order in orders for line in order.lines)
    assert shipped == 1
    assert 0 < open_units < 3


def test_an_order_shipped_before_import_is_created_fulfilled_and_takes_no_stock(shop: Connector) -> None:
    stock = shop.us.shopify.stock("TEE-BLK-M")
    order_id = shop.us.place()
    shop.us.tiktok.move_order(order_id, "IN_TRANSIT")

    shop.sync()

    assert [each.status for each in shop.on_shopify(order_id).fulfillments] == ["SUCCESS"]
    assert shop.us.shopify.stock("TEE-BLK-M") == stock


def test_reconcile_finds_nothing_wrong_after_a_sync(shop: Connector) -> None:
    for sku in ("TEE-BLK-M", "MUG-01"):
        shop.us.place(sku)
    shop.sync()

    comparison = shop.reconcile()

    assert comparison.ok, comparison.differences()
    assert (comparison.tiktok, comparison.database, comparison.shopify, comparison.matched) == (2, 2, 2, 2)

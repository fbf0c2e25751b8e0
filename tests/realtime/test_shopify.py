"""What Shopify tells: products that free orders, and what people do there with orders of this connector."""

import json

import pytest

from connector.ledger import variants
from tests.realtime.conftest import RealTime, only_sqlite


def created(real_time: RealTime) -> str:
    """An order that is on Shopify."""
    order_id = real_time.shop.us.place(created_at=real_time.runtime.clock.now())
    real_time.status_changed(order_id)
    real_time.work()
    real_time.deliver()
    return order_id


def blocked(real_time: RealTime) -> str:
    """An order that waits for a SKU."""
    order_id = real_time.shop.us.place("CAP-RED", created_at=real_time.runtime.clock.now())
    real_time.status_changed(order_id)
    real_time.work()
    assert real_time.shop.order(order_id)["reason"]["code"] == "sku_unmatched"
    return order_id


def test_a_new_product_frees_the_orders_that_waited_for_its_sku(real_time: RealTime) -> None:
    real_time.register()
    order_id = blocked(real_time)
    real_time.shop.us.shopify.add_product("Corduroy Cap", [{"sku": "CAP-RED", "price": "22.00"}])
    assert real_time.deliver() == 1
    real_time.work()
    assert real_time.outcomes() == ["handled", "handled"]
    real_time.shop.stands_once(order_id)


@only_sqlite
def test_a_changed_sku_frees_too(real_time: RealTime) -> None:
    real_time.register()
    order_id = blocked(real_time)
    world = real_time.shop.us.shopify
    world.change_sku(world.variant("TOTE-NAT"), "CAP-RED")
    assert real_time.deliver() == 1
    real_time.work()
    real_time.shop.stands_once(order_id)


@only_sqlite
def test_a_deleted_product_leaves_the_index(real_time: RealTime) -> None:
    real_time.register()
    world = real_time.shop.us.shopify
    world.remove_product(world.variant("TOTE-NAT").product)
    assert real_time.deliver() == 1
    real_time.work()
    index = real_time.runtime.database.read(
        variants.find_variants, store_id=real_time.shop.store().id, skus=["TOTE-NAT"]
    )
    assert index.exact == {}


@pytest.mark.parametrize("deed", ["cancelled", "deleted"])
@only_sqlite
def test_what_people_do_with_an_order_is_noted_and_not_undone(real_time: RealTime, deed: str) -> None:
    real_time.register()
    order_id = created(real_time)
    world = real_time.shop.us.shopify
    there = real_time.shop.on_shopify(order_id)
    if deed == "cancelled":
        world.cancel_order(there)
    else:
        world.delete_order(there)
    assert real_time.deliver() >= 1
    real_time.work()
    noted = [event for event, source in real_time.events(order_id) if source == "shopify"]
    assert noted == [f"{deed}_by_people"]
    real_time.shop.wait(minutes=10)
    real_time.shop.sync()
    real_time.status_changed(order_id)
    real_time.work()
    shown = real_time.shop.order(order_id)
    assert (shown["state"], shown["shopify_order_id"]) == ("created", there.id)
    assert world.orders_with_source(order_id) == ([there] if deed == "cancelled" else [])
    if deed == "cancelled":
        assert any("cancelled on Shopify" in sentence for sentence in shown["explanation"])


@only_sqlite
def test_orders_that_are_not_ours_are_nothing_to_us(real_time: RealTime) -> None:
    real_time.register()
    world = real_time.shop.us.shopify
    order_id = created(real_time)
    there = real_time.shop.on_shopify(order_id)
    there_number = int(there.id.rpartition("/")[2])
    for topic, body in (
        ("orders/cancelled", {"id": 1, "source_identifier": order_id}),
        ("orders/delete", {"id": there_number}),
        ("orders/cancelled", {"id": there_number, "cancelled_at": "2026-11-01T12:00:00Z"}),
        ("orders/cancelled", {"id": "x"}),
    ):
        raw = json.dumps(body).encode()
        world.outbox._queue(topic.replace("/", "_").upper(), lambda body=body: body)
        assert raw
    real_time.deliver()
    real_time.work()
    # None of it is true: the order is neither gone nor cancelled.
    assert [event for event, source in real_time.events(order_id) if source == "shopify"] == []


@only_sqlite
def test_an_uninstalled_app_is_marked_when_shopify_says_so(real_time: RealTime) -> None:
    real_time.register()
    real_time.shop.us.shopify.outbox.app_event("APP_UNINSTALLED")
    real_time.deliver()
    real_time.work()
    assert real_time.outcomes() == ["ignored"]
    assert not real_time.revoked("shopify")
    real_time.shop.us.shopify.uninstall()
    real_time.deliver()
    real_time.work()
    assert real_time.revoked("shopify")
    assert "Shopify" in (real_time.shop.store().last_error or "")

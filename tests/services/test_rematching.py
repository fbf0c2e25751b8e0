"""A SKU that Shopify has at last frees every order that waited for it, whoever learns of it first."""

from tests.services.conftest import Connector


def test_what_one_order_learns_of_a_sku_frees_those_blocked_before(shop: Connector) -> None:
    blocked = shop.us.place("CAP-RED")
    assert shop.sync().blocked == 1
    shop.us.shopify.add_product("Cap", [{"sku": "CAP-RED", "price": "19.00"}])
    shop.wait(minutes=5)
    learning = shop.us.place("CAP-RED")

    assert shop.sync().created == 2

    shop.catalog()
    for order_id in (blocked, learning):
        shop.stands_once(order_id)

"""One TikTok shop goes to one Shopify store: no later store file gives an order a second home."""

import asyncio
import re
from datetime import timedelta

import pytest

from connector.errors import ConfigurationError
from connector.services.connect import connect_store
from connector.store_file import parse_store_file
from tests.services.conftest import Connector


def _with_the_shopify_of_uk(connector: Connector) -> str:
    """The store file of `us` with the Shopify store of `uk`."""
    tiktok, _, rest = connector.platforms.store_file("us").partition("[shopify]")
    shopify = connector.platforms.store_file("uk").partition("[shopify]")[2].partition("[orders]")[0]
    return f"{tiktok}[shopify]{shopify}[orders]{rest.partition('[orders]')[2]}"


def _connect_unchecked(connector: Connector, text: str) -> None:
    asyncio.run(connect_store(connector.runtime, parse_store_file(text), check=False))


def test_a_shop_that_is_learnt_to_be_connected_already_gets_no_second_order(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.sync("us")
    nameless = re.sub(r"shop_(id|cipher) = .*\n", "", shop.platforms.store_file("us"))
    _connect_unchecked(shop, nameless.replace('name = "us"', 'name = "us-again"'))

    refused = shop.sync("us-again")

    assert refused.error is not None
    assert "connected already, as us" in refused.error
    assert (refused.new, refused.already_on_shopify) == (0, 0)
    shop.stands_once(order_id)


def test_a_store_with_orders_on_shopify_keeps_its_shopify_store(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.sync()
    before = shop.store()

    with pytest.raises(ConfigurationError, match=r"has orders on .*remove it first"):
        shop.connect_text(_with_the_shopify_of_uk(shop))

    assert shop.store() == before
    shop.stands_once(order_id)


def test_a_store_without_orders_moves_and_keeps_nothing_of_the_old_shopify_store(
    connector: Connector,
) -> None:
    connector.connect("us")
    connector.catalog()
    connector.map_sku("CAP-RED", "TEE-BLK-M")
    now = connector.runtime.clock.now() + timedelta(hours=1)
    connector.wait(hours=1)

    _connect_unchecked(connector, _with_the_shopify_of_uk(connector))

    moved = connector.store()
    assert (moved.shopify_currency, moved.shopify_location_id, moved.identifier_ready_at) == ("", "", None)
    assert moved.doubt_before >= now
    connector.wait(minutes=1)
    order_id = connector.us.place("CAP-RED")
    assert connector.sync().error is None
    assert connector.store().shopify_currency == "GBP"
    assert connector.order(order_id)["reason"]["code"] == "currency_unsupported"


def test_an_earlier_start_takes_in_no_type_that_is_switched_off(connector: Connector) -> None:
    now = connector.runtime.clock.now()
    order_id = connector.us.place(
        created_at=now - timedelta(days=2), fulfillment_type="FULFILLMENT_BY_TIKTOK", shipping_type="TIKTOK"
    )
    switched_off = 'import_fulfilled_by_tiktok = false\nstart_from = "{}"'
    connector.connect("us", orders=switched_off.format((now - timedelta(days=1)).isoformat()))
    connector.wait(minutes=5)
    connector.edit(order_id, lambda raw: None)
    connector.sync()
    connector.stands_for(order_id, "ignored", "before_start")

    connector.connect("us", orders=switched_off.format((now - timedelta(days=3)).isoformat()))

    assert connector.sync().created == 0
    assert connector.order(order_id)["state"] == "ignored"

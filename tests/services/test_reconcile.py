"""Reconcile draws the same line through TikTok's and the ledger's orders, wherever a span or a slice ends."""

import asyncio
from datetime import datetime, timedelta

import pytest

from connector.services import reconcile as service
from connector.services.reconcile import Comparison
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from tests.services.conftest import Connector


def _between(connector: Connector, start: datetime, end: datetime) -> Comparison:
    found: list[Comparison] = []

    async def story(session: StoreSession) -> None:
        found.append(await service.reconcile(session, start, end))

    asyncio.run(over_stores(connector.runtime, ["us"], source="reconcile", story=story))
    return found[0]


def _one_each_second(shop: Connector, seconds: int) -> datetime:
    """Orders on Shopify, one placed in each second from the instant given back."""
    start = shop.runtime.clock.now().replace(microsecond=0) - timedelta(minutes=1)
    for second in range(seconds):
        shop.us.place(created_at=start + timedelta(seconds=second))
    assert shop.sync().created == seconds
    return start


def test_slices_that_end_between_two_seconds_lose_no_order(
    shop: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = _one_each_second(shop, 10)
    monkeypatch.setattr(service, "_ORDERS_PER_SLICE", 4)

    compared = _between(shop, start, start + timedelta(seconds=10))

    assert compared.ok, compared.differences()
    assert (compared.tiktok, compared.database, compared.shopify, compared.matched) == (10, 10, 10, 10)


def test_a_span_may_end_between_two_seconds(shop: Connector) -> None:
    start = _one_each_second(shop, 4)

    compared = _between(shop, start + timedelta(seconds=0.5), start + timedelta(seconds=2.5))

    assert compared.ok, compared.differences()
    assert (compared.tiktok, compared.database, compared.matched) == (2, 2, 2)


def test_an_order_that_shopify_dates_a_little_earlier_is_compared_where_tiktok_placed_it(
    shop: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = _one_each_second(shop, 10)
    for order in shop.us.shopify.orders:
        order.processed_at -= timedelta(seconds=5)
    monkeypatch.setattr(service, "_ORDERS_PER_SLICE", 4)

    compared = _between(shop, start, start + timedelta(seconds=10))

    assert compared.ok, compared.differences()
    assert (compared.tiktok, compared.database, compared.shopify, compared.matched) == (10, 10, 10, 10)


def test_an_order_that_another_channel_names_is_none_of_tiktoks(shop: Connector) -> None:
    stray, other = shop.us.place(), shop.us.place()
    assert shop.sync().created == 2
    for order_id, name in ((stray, "5764614139"), (other, "113-1234567-1234567")):
        order = shop.on_shopify(order_id)
        order.metafields.clear()
        order.source_identifier = name

    found = shop.reconcile().differences()

    assert found["unexpected_on_shopify"] == ["5764614139"]

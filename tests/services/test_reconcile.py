"""Reconcile draws the same line through TikTok's and the ledger's orders, wherever a span or a slice ends."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

import pytest
from sqlalchemy import delete, select, update

from connector.ledger import reconciliation
from connector.ledger.tables import DOCUMENTS, EVENTS, LINES, ORDERS
from connector.sandbox.exchange import Request, Response, Service
from connector.sandbox.faults import Fault
from connector.services import reconcile as service
from connector.services.comparison import Comparison
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


def test_a_double_that_shopify_dates_on_another_day_is_found(
    shop: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = _one_each_second(shop, 10)
    monkeypatch.setattr(service, "_ORDERS_PER_SLICE", 4)
    first = shop.us.shopify.orders[0]
    late = first.processed_at + timedelta(days=1)
    shop.us.shopify.book.add(
        replace(first, id=shop.us.shopify.new_id("Order"), name="#twin", metafields=[], processed_at=late)
    )

    compared = _between(shop, start, start + timedelta(days=2))

    assert compared.differences()["duplicate_on_shopify"] == [first.source_identifier]
    assert sum(len(ids) for ids in compared.differences().values()) == 1


@pytest.mark.parametrize("foreign_ids", ["skip", "refuse"])
def test_an_order_of_tiktok_that_only_its_list_forgets_is_missing_in_the_database(
    shop: Connector, foreign_ids: Literal["skip", "refuse"]
) -> None:
    known, unknown = shop.us.place(), shop.us.place()
    assert shop.sync().created == 2
    shop.platforms.tiktok.facts.foreign_ids = foreign_ids
    for order_id in (known, unknown):
        _forget(shop, order_id)
    shop.us.shop.book.remove(unknown)
    document = shop.us.tiktok.order(known)
    shop.us.shop.book.remove(known)
    shop.platforms.tiktok.facts.search_lag = timedelta(hours=1)
    shop.us.tiktok.add_order(shop.us.shop, document)

    found = shop.reconcile().differences()

    assert found["missing_in_database"] == [known]
    assert found["unexpected_on_shopify"] == [unknown]


def test_orders_that_a_sync_brings_over_meanwhile_are_no_difference(shop: Connector) -> None:
    order_id = shop.us.place()
    assert shop.sync().created == 1
    _state(shop, order_id, "waiting")
    app = shop.us.shopify_app
    app.service = _Meanwhile(app.service, lambda: _state(shop, order_id, "created"))

    compared = shop.reconcile()

    assert compared.ok, compared.differences()


def test_more_orders_of_one_second_than_fit_a_slice_stay_together(
    shop: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = shop.runtime.clock.now().replace(microsecond=0) - timedelta(minutes=1)
    for second in (0, 0, 0, 0, 0, 0, 1, 1, 2, 3):
        shop.us.place(created_at=start + timedelta(seconds=second))
    assert shop.sync().created == 10
    monkeypatch.setattr(service, "_ORDERS_PER_SLICE", 2)

    cuts = shop.runtime.database.read(
        reconciliation.cuts_between,
        store_id=shop.store().id,
        start=start,
        end=start + timedelta(minutes=1),
        every=2,
    )
    compared = _between(shop, start, start + timedelta(minutes=1))

    assert cuts == [start + timedelta(seconds=second) for second in (1, 2)]
    assert compared.ok, compared.differences()
    assert compared.matched == 10


class _Meanwhile:
    """A Shopify at which something happens elsewhere before each answer; an `exchange.Service`."""

    def __init__(self, sound: Service, happen: Callable[[], None]) -> None:
        self.sound, self.happen = sound, happen
        self.clock, self.lock = sound.clock, sound.lock

    def operation(self, request: Request) -> str:
        return self.sound.operation(request)

    def failure(self, request: Request, fault: Fault) -> Response:
        return self.sound.failure(request, fault)

    def answer(self, request: Request) -> Response:
        self.happen()
        return self.sound.answer(request)


def _state(shop: Connector, order_id: str, state: str) -> None:
    with shop.runtime.database.engine.begin() as connection:
        connection.execute(update(ORDERS).where(ORDERS.c.tiktok_order_id == order_id).values(state=state))


def _forget(shop: Connector, order_id: str) -> None:
    with shop.runtime.database.engine.begin() as connection:
        pks = connection.scalars(select(ORDERS.c.id).where(ORDERS.c.tiktok_order_id == order_id)).all()
        for table in (DOCUMENTS, LINES, EVENTS):
            connection.execute(delete(table).where(table.c.order_id.in_(pks)))
        connection.execute(delete(ORDERS).where(ORDERS.c.id.in_(pks)))

"""`connector reconcile` finds exactly what was damaged, on either side."""

import asyncio
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import delete, select, update

from connector.ledger.tables import DOCUMENTS, EVENTS, LINES, ORDERS
from connector.sandbox.shopify.records import Order
from connector.services import reconcile as service
from connector.services.comparison import Comparison
from connector.services.reconcile import reconcile
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from tests.faults.conftest import MakeWorld
from tests.faults.world import World

_ORDERS = 300
_SHARE = 100
"""One in so many is damaged each way."""


def _compare(world: World) -> Comparison:
    found: list[Comparison] = []

    async def story(session: StoreSession) -> None:
        begin = world.began - timedelta(days=1) + timedelta(microseconds=500_000)
        found.append(await reconcile(session, begin, world.clock.now() + timedelta(minutes=1)))

    results = asyncio.run(over_stores(world.runtime, None, source="reconcile", story=story))
    assert [result.error for result in results] == [None]
    return found[0]


@pytest.mark.parametrize("seed", [1, 2])
def test_exactly_the_damage_is_found(
    make_world: MakeWorld, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(service, "_ORDERS_PER_SLICE", 70)
    world = make_world(sqlite_url, seed=seed)
    world.connect("us")
    world.accept_duplicates()
    world.offer(_ORDERS // 3)
    for _ in range(4):
        world.wait(1.0)
        world.offer(_ORDERS // 6)
    assert world.sync() == []
    assert _compare(world).ok
    dice, count = random.Random(seed), max(2, _ORDERS // _SHARE)
    chosen = dice.sample(sorted(world.offered), 5 * count)
    groups = [set(chosen[number::5]) for number in range(5)]
    unknown, gone, doubled, altered, unmade = groups
    shopify = world.pairs["us"].shopify
    _forget(world, unknown)
    for order_id in gone:
        shopify.delete_order(_there(world, order_id))
    for order_id in doubled:
        _double(world, _there(world, order_id))
    for order_id in altered:
        shopify.alter_total(_there(world, order_id), Decimal("0.01"))
    _unmake(world, unmade)
    _of_another_channel(world, _there(world, min(world.offered)))

    found = _compare(world)

    assert found.differences() == {
        "missing_in_database": sorted(unknown),
        "missing_on_shopify": sorted(gone),
        "duplicate_on_shopify": sorted(doubled),
        "total_differs": sorted(altered),
        "unexpected_on_shopify": sorted(unmade),
    }
    assert found.tiktok == len(world.offered)
    assert found.matched == len(world.offered) - len(chosen)


def _there(world: World, order_id: str) -> Order:
    return world.pairs["us"].shopify.orders_with_source(order_id)[0]


def _double(world: World, order: Order) -> None:
    shopify = world.pairs["us"].shopify
    shopify.book.add(replace(order, id=shopify.new_id("Order"), name=f"{order.name}-2", metafields=[]))


def _of_another_channel(world: World, order: Order) -> None:
    shopify = world.pairs["us"].shopify
    stranger = replace(order, id=shopify.new_id("Order"), name="#EBAY", metafields=[], tags=["eBay"])
    stranger.source_identifier = "27-1234567-89"
    shopify.book.add(stranger)


def _forget(world: World, order_ids: set[str]) -> None:
    with world.runtime.database.engine.begin() as connection:
        pks = connection.scalars(select(ORDERS.c.id).where(ORDERS.c.tiktok_order_id.in_(order_ids))).all()
        for table in (DOCUMENTS, LINES, EVENTS):
            connection.execute(delete(table).where(table.c.order_id.in_(pks)))
        connection.execute(delete(ORDERS).where(ORDERS.c.id.in_(pks)))


def _unmake(world: World, order_ids: set[str]) -> None:
    with world.runtime.database.engine.begin() as connection:
        connection.execute(
            update(ORDERS)
            .where(ORDERS.c.tiktok_order_id.in_(order_ids))
            .values(state="waiting", shopify_order_id=None, shopify_order_name=None)
        )


def test_a_span_is_cut_into_whole_seconds_without_gaps() -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    cut, end = start + timedelta(days=1), start + timedelta(days=20)

    slices = list(service._slices(start, end, [cut]))

    assert slices[0] == (start, cut)
    assert slices[-1][1] == end
    assert all(left[1] == right[0] for left, right in pairwise(slices))
    assert max(until - since for since, until in slices) <= timedelta(days=7)

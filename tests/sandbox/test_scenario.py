"""The ready-made worlds: every kind of order is there, time moves them on, and a seed repeats them."""

import tomllib
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.catalog import AMBIGUOUS_SKU, BUNDLE_SKU, UNMATCHED_SKUS
from connector.sandbox.clock import SandboxClock
from connector.sandbox.scenario import Scenario, demo_scenario, volume_scenario
from connector.store_file import parse_store_file
from tests.platforms import START

STATUSES = {
    "UNPAID",
    "ON_HOLD",
    "AWAITING_SHIPMENT",
    "PARTIALLY_SHIPPING",
    "AWAITING_COLLECTION",
    "IN_TRANSIT",
    "DELIVERED",
    "COMPLETED",
    "CANCELLED",
}


@pytest.fixture
def scenario() -> Scenario:
    return demo_scenario(SandboxClock(START, frozen=True))


def documents(scenario: Scenario, name: str) -> list[dict[str, Any]]:
    return [order.document for order in scenario.platforms.pairs[name].shop.book]


def statuses(scenario: Scenario) -> "Counter[str]":
    return Counter(raw["status"] for name in ("us", "uk") for raw in documents(scenario, name))


@pytest.mark.parametrize(("name", "currency"), [("us", "USD"), ("uk", "GBP")])
def test_each_shop_has_every_status_and_every_oddity(scenario: Scenario, name: str, currency: str) -> None:
    orders = documents(scenario, name)
    assert len(orders) >= 150
    assert {raw["status"] for raw in orders} == STATUSES
    sound = [raw for raw in orders if raw["id"]]
    assert len(orders) - len(sound) == 1
    currencies = Counter(raw["payment"]["currency"] for raw in sound)
    assert currencies == {currency: len(sound) - 1, "EUR": 1}
    skus = {unit["seller_sku"] for raw in sound for unit in raw["line_items"]}
    assert {AMBIGUOUS_SKU, BUNDLE_SKU, *UNMATCHED_SKUS, "", " note-a5 "} <= skus
    assert {raw["fulfillment_type"] for raw in sound} == {"FULFILLMENT_BY_SELLER", "FULFILLMENT_BY_TIKTOK"}
    assert {raw["shipping_type"] for raw in sound} == {"SELLER", "TIKTOK"}
    assert any(raw["payment"]["total_amount"] == "0" for raw in sound)
    partly = [raw for raw in sound if raw["status"] == "AWAITING_SHIPMENT" and _some_cancelled(raw)]
    assert len(partly) == 2


def _some_cancelled(raw: dict[str, Any]) -> bool:
    return any(unit["display_status"] == "CANCELLED" for unit in raw["line_items"])


def test_no_order_has_a_future(scenario: Scenario) -> None:
    now, oldest = scenario.clock.timestamp(), int(scenario.start_from.timestamp())
    for name in ("us", "uk"):
        for raw in documents(scenario, name):
            if raw["id"]:
                assert oldest <= raw["create_time"] <= raw["update_time"] <= now


def test_returns_in_every_stage(scenario: Scenario) -> None:
    for pair in scenario.platforms.pairs.values():
        stages = {request["return_status"] for request in pair.shop.returns.values()}
        assert len(stages) == 5
        assert len(pair.shop.cancellations) == 3


def test_time_moves_orders_on_and_brings_new_ones(scenario: Scenario) -> None:
    before = statuses(scenario)
    assert scenario.tick(timedelta(days=5)) > 100
    after = statuses(scenario)
    assert after.total() == before.total() + 2 * (24 + 6)
    assert set(after) == STATUSES
    assert after["DELIVERED"] > before["DELIVERED"]
    assert after["CANCELLED"] > before["CANCELLED"]


def test_the_same_seed_gives_the_same_orders() -> None:
    def one(seed: int) -> list[dict[str, Any]]:
        scenario = demo_scenario(SandboxClock(START, frozen=True), seed)
        scenario.tick(timedelta(days=1))
        return documents(scenario, "us")

    assert one(1) == one(1)
    assert one(1) != one(2)


def test_store_files_are_accepted_as_they_are(scenario: Scenario) -> None:
    server = scenario.platforms.serve()
    try:
        for name, pair in scenario.platforms.pairs.items():
            store = parse_store_file(scenario.store_file(name))
            assert (store.name, store.tiktok.shop_id) == (name, pair.shop.id)
            other = scenario.platforms.store_file(name, shopify_login="client_credentials")
            assert "access_token" not in tomllib.loads(other)["shopify"]
    finally:
        server.stop()


def test_volume_orders_are_whole_orders_ready_to_ship() -> None:
    scenario = volume_scenario(500, clock=SandboxClock(START, frozen=True))
    orders = documents(scenario, "us")
    assert len({raw["id"] for raw in orders}) == 500
    assert {raw["status"] for raw in orders} == {"AWAITING_SHIPMENT"}
    units = [unit["id"] for raw in orders for unit in raw["line_items"]]
    assert len(set(units)) == len(units)
    assert all(len(unit_id) <= 19 for unit_id in units)
    times = [raw["update_time"] for raw in orders]
    assert times == sorted(times)
    assert times[-1] < scenario.clock.timestamp()

"""Each call the connector makes, failing in each way there is: nothing lost, doubled or stuck."""

import pytest

from connector.sandbox.shopify.switches import DuplicateIdentifier
from tests.faults import matrix
from tests.faults.conftest import MakeWorld
from tests.faults.world import World

_TIKTOK_CALLS = ("order.search", "order.detail", "return.search", "cancellation.search", "token.refresh")
_SHOPIFY_READS = ("productVariants", "orderByIdentifier", "orders")


def test_a_create_that_fails(world: World) -> None:
    """Once, or seven times in a row; whatever Shopify makes of an identifier that it has already."""
    pair = world.pairs["us"]
    rules = list(DuplicateIdentifier)
    for number, (name, fault) in enumerate(matrix.of_writes("shopify").items()):
        pair.shopify.switches.duplicate_identifier = rules[number % len(rules)]
        world.offer(2)
        pair.shopify_faults.clear()
        pair.shopify_faults.add("orderCreate", fault, times=(1, 7)[number % 3 == 0])
        struck = len(pair.shopify_faults.log)
        for seconds in (0.0, 3.0, 20.0, 61.0):
            world.wait(seconds)
            world.sync()
            assert not world.verdict().doubled, name
        assert len(pair.shopify_faults.log) > struck, name
        _calm(world, name)
    _ends_well(world)


@pytest.mark.long
@pytest.mark.parametrize("operation", _SHOPIFY_READS)
def test_a_read_at_shopify_that_fails(make_world: MakeWorld, sqlite_url: str, operation: str) -> None:
    world = make_world(sqlite_url)
    world.connect("us")
    world.accept_duplicates()
    faults = world.pairs["us"].shopify_faults
    for name, fault in matrix.of_reads("shopify").items():
        world.offer(1)
        world.offer(1, older=True)
        faults.clear()
        faults.add(operation, fault, times=6)
        world.wait(100.0)
        world.sync()
        _calm(world, name)
    assert faults.log, operation
    _ends_well(world)


@pytest.mark.long
@pytest.mark.parametrize("operation", _TIKTOK_CALLS)
def test_a_call_to_tiktok_that_fails(make_world: MakeWorld, sqlite_url: str, operation: str) -> None:
    world = make_world(sqlite_url)
    world.connect("us")
    world.accept_duplicates()
    platforms, faults = world.platforms, world.platforms.tiktok_faults
    for name, fault in matrix.of_reads("tiktok").items():
        (order_id,) = world.offer(1)
        faults.clear()
        faults.add(operation, fault, times=6)
        if operation == "token.refresh":
            platforms.tiktok.desk.expire_access(world.pairs["us"].grant)
        world.sync()
        if operation == "order.detail":
            platforms.tiktok.open_return(order_id, "RETURN_OR_REFUND_REQUEST_PENDING")
        world.wait(7 * 3600.0)
        world.sync()
        _calm(world, name)
    assert faults.log, operation
    _ends_well(world)


def _calm(world: World, name: str) -> None:
    world.calm_down(patient=False)
    verdict = world.verdict()
    assert verdict.ok, (name, verdict)


def _ends_well(world: World) -> None:
    assert world.calm_down() == []
    assert world.verdict().ok, world.verdict()
    assert world.differences() == []

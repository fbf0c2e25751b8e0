"""Silence is visible: how far a store's ledger is complete, and how long its oldest order has waited."""

import asyncio
from typing import Any

from connector.cli.store_view import store_summary
from connector.ledger import stores
from connector.sandbox.faults import Fault, FaultKind
from connector.services.doctor import examine
from connector.services.doctor_findings import Finding
from tests.faults.world import World


def test_a_store_that_is_well_says_so(world: World) -> None:
    world.offer(2)
    world.sync()
    world.wait(30.0)

    shown = _summary(world)
    assert (shown["waiting"], shown["oldest_waiting_since"], shown["oldest_waiting_seconds"]) == (
        0,
        None,
        None,
    )
    assert 29 <= shown["seconds_behind"] <= 900
    assert _finding(world).ok


def test_orders_that_wait_are_counted_with_the_age_of_the_oldest(world: World) -> None:
    faults = world.pairs["us"].shopify_faults
    faults.add("orderCreate", Fault(FaultKind.STATUS, status=503), probability=1.0)
    world.offer(1)
    world.platforms.tiktok.move_order(world.offer(1)[0], "ON_HOLD")
    world.sync()
    world.wait(7200.0)

    shown = _summary(world)
    assert shown["waiting"] == 1
    assert 7199 <= shown["oldest_waiting_seconds"] <= 7300
    assert shown["oldest_waiting_since"] < shown["complete_up_to"]
    finding = _finding(world)
    assert not finding.ok
    assert "complete up to" in finding.detail
    assert finding.fix


def _summary(world: World) -> dict[str, Any]:
    row = world.runtime.database.read(stores.get_store, name="us")
    return store_summary(world.runtime, row)


def _finding(world: World) -> Finding:
    found = asyncio.run(examine(world.runtime)).findings
    return next(each for each in found if each.check == "freshness")

"""Exactly one order on Shopify per TikTok order, whatever breaks on the way to it."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connector.ledger import claims, outcomes
from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.platforms import Platforms
from connector.sandbox.shopify.switches import AddressRules, DuplicateIdentifier
from connector.services.concessions import concede
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.settings import Settings
from connector.shopify.results import NotMade
from tests.services.conftest import Connector, only_sqlite

NEVER_RUN = [
    Fault(FaultKind.RESET),
    Fault(FaultKind.HANG, delay=0.05),
    *(Fault(FaultKind.STATUS, status=status) for status in (429, 430, 500, 502, 503, 504, 520)),
    Fault(FaultKind.GARBLED),
    Fault(FaultKind.THROTTLED),
    Fault(FaultKind.INTERNAL_ERROR),
    Fault(FaultKind.ERROR_CODE, code="TIMEOUT", status=200),
    Fault(FaultKind.ERROR_CODE, code="A_CODE_OF_TOMORROW", status=200),
]
RUN = [
    *(replace(fault, committed=True) for fault in NEVER_RUN if fault.status not in (429, 430)),
    Fault(FaultKind.LATE, delay=30),
    Fault(FaultKind.SLOW, delay=0.05),
    Fault(FaultKind.TRUNCATED),
]
RUN.remove(Fault(FaultKind.THROTTLED, committed=True))


def _until_settled(shop: Connector, placed: list[str]) -> None:
    for _ in range(12):
        if all(shop.order(each)["state"] == "created" for each in placed):
            break
        shop.wait(seconds=45)
        shop.sync()


def _one_each(shop: Connector, placed: list[str]) -> None:
    assert [shop.order(each)["state"] for each in placed] == ["created"] * len(placed)
    assert shop.us.shopify.duplicates() == {}
    assert len(shop.us.shopify.orders) == len(placed)
    comparison = shop.reconcile()
    assert comparison.ok, comparison.differences()


@pytest.mark.parametrize("faults", [NEVER_RUN, RUN], ids=["not made", "made"])
def test_every_way_to_lose_an_answer_ends_in_one_order(shop: Connector, faults: list[Fault]) -> None:
    for number, fault in enumerate(faults, start=1):
        shop.us.shopify_faults.add("orderCreate", fault, nth=number)
    placed = [shop.us.place() for _ in range(len(faults) + 1)]

    result = shop.sync()

    assert result.error is None
    assert 1 <= result.created < len(placed)
    assert len(shop.us.shopify_faults.log) == len(faults)
    # After HTTP 430 the wait is an hour; everything else is settled long before.
    _until_settled(shop, placed)
    assert sum(shop.order(each)["state"] == "waiting" for each in placed) <= 1
    shop.wait(hours=1)
    shop.sync()
    _one_each(shop, placed)


@only_sqlite
def test_half_of_all_answers_lost_for_a_while_ends_in_one_order_each(shop: Connector) -> None:
    faults = shop.us.shopify_faults
    faults.add(".*", Fault(FaultKind.RESET, committed=True), probability=0.3)
    faults.add(".*", Fault(FaultKind.STATUS, status=502), probability=0.3)
    shop.platforms.tiktok_faults.add(".*", Fault(FaultKind.TRUNCATED), probability=0.3)
    placed = [shop.us.place() for _ in range(25)]
    for _ in range(5):
        shop.sync()
        shop.wait(seconds=70)
    faults.clear()
    shop.platforms.tiktok_faults.clear()
    shop.wait(hours=1)
    shop.sync()
    _until_settled(shop, placed)
    _one_each(shop, placed)


@only_sqlite
def test_an_order_that_shopify_breaks_on_every_time_is_sent_ever_more_rarely(shop: Connector) -> None:
    faults = shop.us.shopify_faults
    faults.add("orderCreate", Fault(FaultKind.INTERNAL_ERROR))
    placed = [shop.us.place()]
    for _ in range(12):
        shop.sync()
        shop.wait(seconds=75)
    assert 4 <= faults.requests("orderCreate") <= 7
    faults.clear()
    shop.wait(hours=1)
    shop.sync()
    _one_each(shop, placed)


@only_sqlite
@pytest.mark.parametrize("way", list(DuplicateIdentifier))
def test_what_another_installation_made_meanwhile_is_linked_or_reported(
    connector: Connector, sandbox: Platforms, tmp_path: Path, way: DuplicateIdentifier
) -> None:
    """Nothing says that a lookup is needed, so only Shopify's uniqueness can keep the second order out."""
    sandbox.pairs["us"].shopify.switches.duplicate_identifier = way
    other = _another(sandbox, tmp_path)
    for each in (connector, other):
        each.connect("us")
        each.sync()
    order_id = connector.place_fresh()
    assert other.sync().created == 1

    result = connector.sync()

    assert result.error is None
    assert connector.order(order_id)["state"] == "created"
    comparison = connector.reconcile()
    if way is DuplicateIdentifier.REFUSE:
        assert result.already_on_shopify == 1
        connector.stands_once(order_id)
    else:
        assert comparison.duplicate_on_shopify == [order_id]
    other.runtime.close()


def _another(sandbox: Platforms, folder: Path) -> Connector:
    settings = Settings(database_url=f"sqlite:///{folder / 'another.db'}", secret_key=new_secret_key())
    return Connector(Runtime.open(settings, clock=sandbox.clock), sandbox)


def test_a_lost_ledger_links_everything_and_doubles_nothing(
    shop: Connector, sandbox: Platforms, tmp_path: Path
) -> None:
    placed = [shop.us.place() for _ in range(12)]
    cancelled = shop.us.place(status="CANCELLED")
    assert shop.sync().created == 12
    waiting = shop.us.place(status="ON_HOLD")
    start = shop.runtime.clock.now() - timedelta(days=1)
    shop.wait(minutes=5)

    fresh = _another(sandbox, tmp_path)
    fresh.connect("us", orders=f'start_from = "{start.isoformat()}"')
    result = fresh.sync()

    assert (result.error, result.created, result.already_on_shopify) == (None, 0, 12)
    fresh.wait(hours=1)
    fresh.us.tiktok.move_order(waiting, "AWAITING_SHIPMENT")
    assert fresh.sync().created == 1
    assert fresh.order(cancelled)["state"] == "ignored"
    _one_each(fresh, [*placed, waiting])
    for order_id in placed:
        assert fresh.order(order_id)["shopify_order_id"] == shop.order(order_id)["shopify_order_id"]
    fresh.runtime.close()


@only_sqlite
def test_a_ledger_restored_from_an_hour_ago_links_what_was_made_since(
    shop: Connector, sandbox: Platforms, tmp_path: Path
) -> None:
    before = [shop.us.place() for _ in range(3)]
    shop.sync()
    shop.runtime.database.dispose()
    backup = tmp_path / "backup.db"
    shutil.copyfile(shop.runtime.settings.database_url.removeprefix("sqlite:///"), backup)
    since = []
    for _ in range(4):
        shop.wait(minutes=15)
        since.append(shop.us.place())
        assert shop.sync().created == 1

    secret = shop.runtime.settings.secret_key
    settings = Settings(database_url=f"sqlite:///{backup}", secret_key=secret)
    restored = Connector(Runtime.open(settings, clock=sandbox.clock), sandbox)
    newest = restored.us.place()
    result = restored.sync()

    assert (result.error, result.already_on_shopify, result.created) == (None, 4, 1)
    _one_each(restored, [*before, *since, newest])
    restored.runtime.close()


def test_two_processes_that_sync_the_same_store_at_once_double_nothing(
    shop: Connector, sandbox: Platforms
) -> None:
    second = Connector(Runtime.open(shop.runtime.settings, clock=sandbox.clock), sandbox)
    placed = [shop.us.place() for _ in range(60)]
    shop.us.shopify_faults.latency = 0.01

    with ThreadPoolExecutor(2) as threads:
        results = [each.result() for each in [threads.submit(one.sync) for one in (shop, second)]]

    assert [result.error for result in results] == [None, None]
    assert sum(result.created for result in results) == 60
    _one_each(shop, placed)
    second.runtime.close()


@pytest.mark.parametrize("made", [True, False])
def test_a_process_that_was_killed_while_creating_leaves_one_order(
    shop: Connector, sandbox: Platforms, tmp_path: Path, made: bool
) -> None:
    order_id = shop.us.place()
    other = _another(sandbox, tmp_path)
    other.connect("us", orders="start_from = 2026-10-01T00:00:00Z")
    shop.fetch()
    _begin_and_die(shop)
    # The request that was under way, if it arrived: the same order, made by somebody with the same shops.
    assert other.sync().created == 1 if made else True
    other.runtime.close()

    shop.wait(seconds=60)
    assert shop.sync().created == 0
    assert shop.order(order_id)["state"] == "waiting"
    shop.wait(seconds=61)
    result = shop.sync()
    assert (result.created, result.already_on_shopify) == (0, int(made))
    _until_settled(shop, [order_id])
    _one_each(shop, [order_id])


def _begin_and_die(shop: Connector) -> None:
    """What a killed process leaves: claimed orders with an open attempt, under a lease nobody renews."""
    database, now = shop.runtime.database, shop.runtime.clock.now()
    held = database.call(claims.claim_due, store_id=shop.store().id, owner="killed", now=now, limit=10)
    attempts = [(each.pk, "hash") for each in held]
    assert len(database.call(outcomes.begin_attempts, owner="killed", now=now, attempts=attempts)) == 1


@only_sqlite
def test_a_sync_that_is_stopped_while_creating_leaves_one_order(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.us.shopify_faults.add("orderCreate", Fault(FaultKind.HANG, committed=True, delay=10), times=1)

    async def stopped() -> None:
        running = asyncio.create_task(
            over_stores(shop.runtime, ["us"], source="sync", story=Story().sync), name="sync"
        )
        for _ in range(1_000_000):
            if shop.us.shopify_faults.log:
                break
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(stopped())
    shop.wait(seconds=5)
    result = shop.sync()

    assert (result.error, result.created, result.already_on_shopify) == (None, 0, 1)
    _one_each(shop, [order_id])


@only_sqlite
def test_a_province_shopify_does_not_know_is_given_up(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.edit(order_id, lambda raw: raw["recipient_address"]["district_info"][1].update(iso_code="US-ZZ"))
    assert shop.sync().created == 1
    there = shop.stands_once(order_id)
    assert there.shipping_address is not None
    assert "provinceCode" not in there.shipping_address


@only_sqlite
def test_an_email_shopify_refuses_is_given_up_and_noted(connector: Connector) -> None:
    connector.connect("us", orders='email = "orders@shop.test"')
    connector.wait(hours=3)
    order_id = connector.us.place()
    assert connector.sync().created == 1
    assert connector.stands_once(order_id).email is None
    assert any("without email" in entry["detail"] for entry in connector.order(order_id)["history"])


@only_sqlite
def test_an_address_shopify_refuses_is_unusable_until_it_is_mended(shop: Connector) -> None:
    shop.us.shopify.switches.address_rules = AddressRules.STRICT
    order_id = shop.us.place()
    address = shop.us.tiktok.order(order_id)["recipient_address"]
    shop.edit(order_id, lambda raw: raw["recipient_address"].update(district_info=[], post_town=""))
    shop.sync()
    shop.stands_for(order_id, "blocked", "address_unusable", "city")

    shop.us.tiktok.change_address(order_id, address)

    assert shop.retry(order_id).created == 1
    shop.stands_once(order_id)


def test_a_phone_shopify_refuses_is_given_up_before_anything_else() -> None:
    order_input = {"email": "a@b.example", "shippingAddress": {"phone": "+15125550100", "provinceCode": "TX"}}
    refusal = NotMade("refused", "Phone is invalid", ("order.shippingAddress.phone",))
    first = concede(order_input, refusal, [], tiktok_ships=False)
    assert first is not None
    assert (first.kind, first.order_input["shippingAddress"]) == ("phone", {"provinceCode": "TX"})
    assert (
        concede(first.order_input, NotMade("refused", "No", ("order.note",)), ["phone"], tiktok_ships=True)
        is None
    )

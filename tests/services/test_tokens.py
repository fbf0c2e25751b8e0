"""The life of TikTok's tokens at work: renewed once, rotated, revoked, and never in two hands."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from connector.ledger import credentials
from connector.runtime import Runtime
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.platforms import Platforms
from connector.services.connect import connect_store
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.store_file import parse_store_file
from tests.services.conftest import Connector, only_sqlite


def _stored(shop: Connector) -> tuple[str, str]:
    held = shop.runtime.database.read(
        credentials.load, box=shop.runtime.secrets, store_id=shop.store().id, platform="tiktok"
    )
    return held.secrets["access_token"], held.secrets["refresh_token"]


def _newest(shop: Connector) -> tuple[str, str]:
    return shop.us.grant.access_token, shop.us.grant.refresh_token


def test_an_expired_token_is_renewed_once_and_both_new_ones_are_kept(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.us.tiktok.desk.expire_access(shop.us.grant)

    result = shop.sync()

    assert (result.error, result.created) == (None, 1)
    assert shop.us.grant.refreshes == 1
    assert _stored(shop) == _newest(shop)
    shop.stands_once(order_id)
    assert shop.us.grant.refreshes == 1


def test_two_processes_that_meet_an_expired_token_renew_it_once(shop: Connector, sandbox: Platforms) -> None:
    second = Connector(Runtime.open(shop.runtime.settings, clock=sandbox.clock), sandbox)
    for _ in range(5):
        shop.us.place()
    shop.us.tiktok.desk.expire_access(shop.us.grant)
    shop.platforms.tiktok_faults.latency = 0.02

    with ThreadPoolExecutor(2) as threads:
        results = [each.result() for each in [threads.submit(one.sync) for one in (shop, second)]]

    assert [result.error for result in results] == [None, None]
    assert shop.us.grant.refreshes == 1
    assert _stored(shop) == _newest(shop)
    assert len(shop.us.shopify.orders) == 5
    second.runtime.close()


def test_tokens_are_renewed_ahead_and_live_on_through_many_rotations(shop: Connector) -> None:
    for week in range(1, 9):
        shop.wait(days=7, hours=-0.5)
        assert shop.sync().error is None
        assert shop.us.grant.refreshes == week
    assert _stored(shop) == _newest(shop)


def test_while_the_old_token_works_a_failing_renewal_stops_nothing(shop: Connector) -> None:
    shop.platforms.tiktok_faults.add("token.refresh", Fault(FaultKind.STATUS, status=503))
    shop.wait(days=6, hours=20, minutes=30)
    order_id = shop.us.place()

    assert (shop.sync().error, shop.us.grant.refreshes) == (None, 0)

    shop.platforms.tiktok_faults.clear()
    shop.stands_once(order_id)
    assert shop.us.grant.refreshes == 1


@pytest.mark.parametrize("survives", [True, False])
@only_sqlite
def test_a_renewal_whose_answer_was_lost_ends_well_or_says_what_to_do(
    shop: Connector, survives: bool
) -> None:
    """Both tokens were issued and nobody has them; whether the old refresh token lives is not documented."""
    shop.us.tiktok.facts.old_refresh_token_survives = survives
    order_id = shop.us.place()
    shop.us.tiktok.desk.expire_access(shop.us.grant)
    shop.platforms.tiktok_faults.add("token.refresh", Fault(FaultKind.RESET, committed=True), times=1)

    result = shop.sync()
    if survives:
        assert (result.error or shop.sync().error) is None
    else:
        assert "connect" in (shop.sync().error or "")
        shop.us.grant = shop.us.tiktok.authorize(shop.us.shop)
        shop.connect("us")
        assert shop.sync().error is None
    shop.stands_once(order_id)


@only_sqlite
def test_a_revoked_authorisation_is_said_each_time_until_new_tokens_come(shop: Connector) -> None:
    shop.us.tiktok.deauthorize(shop.us.grant)
    for _ in range(2):
        assert "connect the TikTok shop again" in (shop.sync().error or "")
        assert shop.store().last_error is not None
    assert shop.complete().error is None
    shop.us.grant = shop.us.tiktok.authorize(shop.us.shop)
    shop.connect("us")

    assert shop.sync().error is None
    assert shop.store().last_error is None


@pytest.mark.parametrize("code", [36009043, 36009044])
@only_sqlite
def test_an_inactive_shop_is_said_and_goes_on_when_it_is_active_again(shop: Connector, code: int) -> None:
    order_id = shop.us.place()
    shop.us.shop.inactive_code = code
    assert str(code) in (shop.sync().error or "")

    shop.us.shop.inactive_code = 0
    assert shop.sync().created == 1
    shop.stands_once(order_id)


@only_sqlite
def test_shopifys_token_of_client_credentials_is_renewed_before_it_ends(connector: Connector) -> None:
    connector.connect("us", shopify_login="client_credentials")
    for _ in range(3):
        connector.wait(hours=23, minutes=50)
        order_id = connector.us.place()
        assert connector.sync().created == 1
        connector.stands_once(order_id)
    assert connector.platforms.clock.now() - connector.store().connected_at > timedelta(days=2)


@only_sqlite
def test_a_token_renewed_by_a_long_run_does_not_undo_what_was_given_meanwhile(connector: Connector) -> None:
    connector.connect("us", shopify_login="client_credentials")
    given = connector.platforms.store_file("us", shopify_login="client_credentials")

    async def long_run(session: StoreSession) -> None:
        changed = re.sub('webhook_secret = ".*"', 'webhook_secret = "given-meanwhile"', given)
        await connect_store(connector.runtime, parse_store_file(changed), check=False)
        connector.wait(hours=25)
        await session.shopify.shop()

    (result,) = asyncio.run(over_stores(connector.runtime, None, source="backfill", story=long_run))
    assert result.error is None
    held = connector.runtime.database.read(
        credentials.load, box=connector.runtime.secrets, store_id=connector.store().id, platform="shopify"
    )
    assert held.secrets["webhook_secret"] == "given-meanwhile"

"""Registering webhooks at both platforms, what doctor says of them, and the command."""

import asyncio
from typing import Any

import pytest

from connector.errors import UsageError
from connector.runtime import Runtime
from connector.sandbox.shopify.webhooks import Subscription
from connector.services.doctor import examine
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.webhooks.addresses import shopify_address, tiktok_address
from connector.services.webhooks.registration import remove
from connector.services.webhooks.topics import SHOPIFY_TOPICS, TIKTOK_TOPICS
from tests.realtime.conftest import RealTime, only_sqlite

REAL_TIKTOK = "https://open-api.tiktokglobalshop.com"
REAL_SHOPIFY = "https://example.myshopify.com"
ALL = len(TIKTOK_TOPICS) + len(SHOPIFY_TOPICS)


def subscriptions(real_time: RealTime) -> list[Subscription]:
    """What is subscribed to at Shopify."""
    return list(real_time.shop.us.shopify.outbox.subscriptions.values())


def findings(real_time: RealTime, public_url: str | None = None) -> dict[str, Any]:
    """Doctor's findings on webhooks by their check."""
    shown = real_time.runtime
    settings = shown.settings.model_copy(update={"public_url": public_url})
    runtime = Runtime(settings, shown.database, shown.secrets, shown.clock)
    report = asyncio.run(examine(runtime))
    return {finding.check: finding for finding in report.findings if "webhooks" in finding.check}


@only_sqlite
def test_everything_is_registered_once(real_time: RealTime) -> None:
    first = real_time.register()
    assert first.ok
    assert sum(first.changed.values()) == ALL
    assert all(first.addresses["tiktok"].values())
    assert set(first.addresses["shopify"].values()) == {f"{real_time.url}/webhooks/shopify"}
    again = real_time.register()
    assert sum(again.changed.values()) == 0
    assert {each.topic for each in subscriptions(real_time)} == {name for name, _ in SHOPIFY_TOPICS.values()}


@only_sqlite
def test_only_what_differs_is_changed_and_what_others_made_stays(real_time: RealTime) -> None:
    real_time.register()
    world = real_time.shop.us.shopify
    mine = subscriptions(real_time)
    other = "https://hooks.merchant.example/else"
    mine[0].uri = "https://old.example/webhooks/shopify"
    mine[1].include_fields = ["everything"]
    mine[2].uri = other
    tiktok = real_time.shop.us.shop.subscriptions
    tiktok["ORDER_STATUS_CHANGE"].address = "https://old.example/webhooks/tiktok"
    del tiktok["PACKAGE_UPDATE"]
    found = real_time.register()
    assert found.ok
    assert found.changed["tiktok"] == 2
    uris = sorted({each.uri for each in world.outbox.subscriptions.values()})
    assert uris == sorted([f"{real_time.url}/webhooks/shopify", other])
    assert real_time.register().changed == {"tiktok": 0, "shopify": 0}


@only_sqlite
def test_removing_leaves_nothing_of_ours(real_time: RealTime) -> None:
    real_time.register()
    subscriptions(real_time)[0].uri = "https://hooks.merchant.example/else"

    async def story(session: StoreSession) -> None:
        assert sum((await remove(session)).changed.values()) == ALL - 1
        assert sum((await remove(session)).changed.values()) == 0

    assert asyncio.run(over_stores(real_time.runtime, None, source="webhooks", story=story))[0].error is None
    assert real_time.shop.us.shop.subscriptions == {}
    assert len(subscriptions(real_time)) == 1


@only_sqlite
def test_doctor_looks_at_both_platforms(real_time: RealTime) -> None:
    for finding in findings(real_time).values():
        assert finding.ok
        assert "scheduled sync alone" in finding.detail
    real_time.register()
    assert all(finding.ok for finding in findings(real_time, real_time.url).values())
    moved = findings(real_time, "http://127.0.0.1:1")
    assert not any(finding.ok for finding in moved.values())
    assert all("connector store webhooks us" in finding.fix for finding in moved.values())
    del real_time.shop.us.shop.subscriptions["RETURN_STATUS_CHANGE"]
    real_time.shop.us.shopify.outbox.subscriptions.pop(subscriptions(real_time)[0].id)
    missing = findings(real_time)
    assert "RETURN_STATUS_CHANGE" in missing["tiktok webhooks"].detail
    assert "not registered" in missing["shopify webhooks"].detail


@pytest.mark.parametrize(
    "address",
    [
        "http://connector.example.com",
        "https://10.0.0.1",
        "https://[2001:db8::1]",
        "https://connector.example.com:8443",
        "https://localhost",
        f"https://{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.example.com",
    ],
)
def test_what_tiktok_would_refuse_is_refused_first(address: str) -> None:
    with pytest.raises(UsageError, match="TikTok"):
        tiktok_address(address, api_url=REAL_TIKTOK)
    assert tiktok_address("https://connector.example.com", api_url=REAL_TIKTOK).startswith(
        "https://connector"
    )


def test_shopify_takes_https_only() -> None:
    with pytest.raises(UsageError, match="Shopify"):
        shopify_address("http://connector.example.com", api_url=REAL_SHOPIFY)
    assert shopify_address("https://a.example", api_url=REAL_SHOPIFY) == "https://a.example/webhooks/shopify"

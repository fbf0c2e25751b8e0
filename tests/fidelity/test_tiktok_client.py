"""A TikTok Shop client written by others, used unchanged, cannot tell the sandbox from the platform.

`tiktok-shop-api` takes the host as an argument and reads the real clock, so these worlds run on it too.
"""

import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from tiktok_shop_api import TikTokShop, TikTokShopAuth, TikTokShopError, UnknownWebhookEvent, Webhooks
from tiktok_shop_api.generated import models as wire
from tiktok_shop_api.generated.types import UNSET

from connector.sandbox.exchange import PlatformApp
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.platforms import Platforms, StorePair
from connector.sandbox.scenario import demo_scenario
from connector.sandbox.server import serve


@pytest.fixture(scope="module")
def platforms() -> Platforms:
    """The demo's platforms; no test of this module changes their orders.

    The client sends no content type with a GET, which one page of the documentation demands.
    """
    platforms = demo_scenario().platforms
    platforms.tiktok.facts.get_needs_content_type = False
    return platforms


@pytest.fixture(scope="module")
def address(platforms: Platforms) -> Iterator[str]:
    """TikTok on a host of its own: the client signs the whole path it calls."""
    server = serve(platforms.tiktok_app)
    yield server.base_url
    server.stop()


@pytest.fixture
def pair(platforms: Platforms) -> StorePair:
    return platforms.pairs["us"]


@pytest.fixture
def client(address: str, platforms: Platforms, pair: StorePair) -> Iterator[TikTokShop]:
    tiktok = platforms.tiktok
    shop = TikTokShop(
        tiktok.app_key, tiktok.app_secret, pair.grant.access_token, pair.shop.cipher, base_url=address
    )
    with shop:
        yield shop


def unknown_fields(value: Any, path: str = "") -> set[str]:
    """The paths of fields the client's typed models, generated from TikTok's documentation, do not know."""
    if isinstance(value, list):
        return {name for item in value for name in unknown_fields(item, path)}
    if not attrs.has(type(value)):
        return set()
    found = {f"{path}.{name}" for name in getattr(value, "additional_properties", {})}
    for attribute in attrs.fields(type(value)):
        found |= unknown_fields(getattr(value, attribute.name), f"{path}.{attribute.name}")
    return found


def test_every_order_over_all_pages(client: TikTokShop, pair: StorePair) -> None:
    seen: list[Any] = []
    token = ""
    while True:
        answer = client.orders.get_order_list(
            body=wire.GetOrderListRequest(update_time_ge=1),
            page_size=50,
            page_token=token or UNSET,
            sort_field=wire.GetOrderListSortField("update_time"),
            sort_order=wire.GetOrderListSortOrder("ASC"),
        )
        assert answer is not None
        seen += answer.data.orders
        token = answer.data.next_page_token
        if not token:
            break
    assert answer.data.total_count == len(pair.shop.book) == len(seen)
    assert {order.id for order in seen if order.id} == {
        key for key in pair.shop.book.orders if key.isdecimal()
    }
    assert unknown_fields(seen) == set()
    assert sorted(order.update_time or 0 for order in seen if order.id) == [
        order.update_time for order in seen if order.id
    ]


def test_details_price_details_and_their_types(client: TikTokShop, pair: StorePair) -> None:
    ids = [key for key in pair.shop.book.orders if key.isdecimal()][:50]
    # The client repeats the parameter for several values; TikTok wants one with commas between.
    answer = client.orders.get_order_detail(ids=[",".join(ids)])
    assert [order.id for order in answer.data.orders] == ids
    assert unknown_fields(answer.data.orders) == set()
    detail = client.orders.get_order_price_details(ids[0])
    assert detail.data.total == answer.data.orders[0].payment.total_amount


def test_returns_and_cancellations(client: TikTokShop, pair: StorePair) -> None:
    returns = client.return_and_refund.search_returns(body=wire.SearchReturnsRequest(create_time_ge=1))
    assert {found.return_id for found in returns.data.return_orders} == set(pair.shop.returns)
    assert unknown_fields(returns.data) == set()
    cancels = client.return_and_refund.search_cancellations(
        body=wire.SearchCancellationsRequest(create_time_ge=1), page_size="50"
    )
    assert {found.cancel_id for found in cancels.data.cancellations} == set(pair.shop.cancellations)
    assert unknown_fields(cancels.data) == set()


def test_authorised_shops_and_webhook_settings(client: TikTokShop, pair: StorePair) -> None:
    (shop,) = client.authorization.get_authorized_shops().data.shops
    assert (shop.id, shop.cipher) == (pair.shop.id, pair.shop.cipher)
    client.event.update_shop_webhook(
        body=wire.UpdateShopWebhookRequest.from_dict(
            {"event_type": "ORDER_STATUS_CHANGE", "address": "https://hooks.merchant.example/t"}
        )
    )
    (webhook,) = client.event.get_shop_webhooks().data.webhooks
    assert webhook.address == "https://hooks.merchant.example/t"


def test_tokens_are_exchanged_and_refreshed(address: str, platforms: Platforms) -> None:
    tiktok = platforms.tiktok
    auth = TikTokShopAuth(tiktok.app_key, tiktok.app_secret, base_url=address)
    grant = tiktok.authorize(tiktok.add_shop())
    first = auth.exchange_code(tiktok.desk.auth_code(grant))
    second = auth.refresh(first.refresh_token)
    assert second.access_token == grant.access_token != first.access_token
    assert second.access_token_expire_in > tiktok.clock.timestamp()
    with pytest.raises(TikTokShopError) as refused:
        auth.refresh(first.refresh_token)
    assert refused.value.code == 105001


def test_every_webhook_verifies_and_parses(platforms: Platforms, pair: StorePair) -> None:
    tiktok = platforms.tiktok
    kinds = set()
    for webhook in tiktok.outbox.written:
        event = Webhooks.verify_and_parse(
            app_key=tiktok.app_key,
            app_secret=tiktok.app_secret,
            raw_body=webhook.body,
            signature=webhook.authorization,
        )
        assert not isinstance(event, UnknownWebhookEvent)
        assert unknown_fields(event) == set()
        kinds.add(json.loads(webhook.body)["type"])
    assert kinds == {1, 11, 12}


def test_errors_carry_their_codes(address: str, platforms: Platforms, pair: StorePair) -> None:
    tiktok = platforms.tiktok

    def code(secret: str = tiktok.app_secret, token: str = pair.grant.access_token, cipher: str = "") -> int:
        named = cipher or pair.shop.cipher
        with TikTokShop(tiktok.app_key, secret, token, named, base_url=address) as shop:
            with pytest.raises(TikTokShopError) as refused:
                shop.orders.get_order_detail(ids=["1"])
            return int(refused.value.code)

    assert code(secret="wrong") == 106001
    assert code(token="unknown") == 105001
    assert code(cipher="unknown") == 106011
    app: PlatformApp = platforms.tiktok_app
    app.faults.add("order.detail", Fault(FaultKind.THROTTLED), times=1)
    assert code() == 36009002


def test_an_unknown_field_would_be_found() -> None:
    order = {"id": "1", "novelty": 1, "line_items": [{"id": "2", "surprise": True}]}
    answer = wire.GetOrderListResponse.from_dict({"data": {"orders": [order]}})
    assert unknown_fields(answer.data.orders) == {".novelty", ".line_items.surprise"}

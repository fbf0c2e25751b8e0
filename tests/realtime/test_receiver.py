"""The receiver: what is genuine is stored once before it is acknowledged, everything else is turned away."""

import base64
import hashlib
import hmac
import json
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.console.receiver import LARGEST_BODY
from connector.ledger import credentials, stores
from tests.realtime.conftest import RealTime, only_sqlite

SECRET = "testsecret_0123456789abcdef"
VECTORS = [
    (
        "abcdef",
        "123",
        "7495540735365777507",
        b'{"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507",'
        b'"timestamp":1718305585,"data":{"is_on_hold_order":true,"order_id":"576653688135258178",'
        b'"order_status":"UNPAID","update_time":1718305585}}',
        "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05",
    ),
    (
        "38abcdtest01",
        SECRET,
        "7494049642642441621",
        b'{"type":1,"tts_notification_id":"7327112393057371910","shop_id":"7494049642642441621",'
        b'"timestamp":1700000100,"data":{"order_id":"576461413038785752","order_status":'
        b'"AWAITING_SHIPMENT","is_on_hold_order":true,"update_time":1700000099}}',
        "528dc3aac196f6949970c765695d324a591e855a21679b054449fb64f345d69d",
    ),
    (
        "38abcdtest01",
        SECRET,
        "7494049642642441621",
        b'{\n  "type": 11,\n  "tts_notification_id": "7327112393057371911",\n  "shop_id": '
        b'"7494049642642441621",\n  "timestamp": 1700000200,\n  "data": {"order_id": "576461413038785752", '
        b'"cancellations_role": "BUYER", "cancel_status": "CANCELLATION_REQUEST_PENDING", "cancel_id": '
        b'"4035318504086604100", "create_time": 1700000199}\n}',
        "b57b78c6b44cc9e66c69504ef4812b5cb7d2be4b1c8a3b16ee58ebc1ab70f667",
    ),
    (
        "38abcdtest01",
        SECRET,
        "7494049642642441621",
        b'{"type":1, "tts_notification_id":"7327112393057371910","shop_id":"7494049642642441621",'
        b'"timestamp":1700000100,"data":{"order_id":"576461413038785752","order_status":'
        b'"AWAITING_SHIPMENT","is_on_hold_order":true,"update_time":1700000099}}',
        "dfbdc7d1d7fab42ea8eec2508926ee509286f89d67731f7312f9c0eaf5a8c78c",
    ),
]
"""App key, secret, shop, body and the signature documented for it."""
NAMES = (
    "order_id",
    "order_status",
    "update_time",
    "cancel_id",
    "return_id",
    "package_list",
    "expiration_time",
)


def use_app(real_time: RealTime, app_key: str, secret: str, shop_id: str) -> None:
    """Let the connected store be of another app and shop."""
    runtime, store = real_time.runtime, real_time.shop.store()
    words = {"store_id": store.id, "platform": "tiktok", "box": runtime.secrets}
    held = runtime.database.read(credentials.load, **words)
    fresh = {**held.secrets, "app_key": app_key, "app_secret": secret}
    runtime.database.call(credentials.save, **words, secrets=fresh)
    runtime.database.call(stores.update_store, store_id=store.id, values={"tiktok_shop_id": shop_id})


def shopify_headers(real_time: RealTime, raw: bytes, **changes: str) -> dict[str, str]:
    """The headers of a webhook of Shopify with this body."""
    world = real_time.shop.us.shopify
    digest = hmac.new(world.client_secret.encode(), raw, hashlib.sha256).digest()
    return {
        "X-Shopify-Topic": "products/update",
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        "X-Shopify-Shop-Domain": world.domain,
        "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "X-Shopify-Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }


def post_shopify(real_time: RealTime, raw: bytes, **changes: str) -> int:
    """Send such a webhook; gives the status."""
    headers = shopify_headers(real_time, raw, **changes)
    return real_time.http.post(f"{real_time.url}/webhooks/shopify", content=raw, headers=headers).status_code


@only_sqlite
@pytest.mark.parametrize(("app_key", "secret", "shop_id", "raw", "signature"), VECTORS)
def test_the_documented_signatures(
    real_time: RealTime, app_key: str, secret: str, shop_id: str, raw: bytes, signature: str
) -> None:
    use_app(real_time, app_key, secret, shop_id)
    assert real_time.post_tiktok(raw + b" ", signature=signature).status_code == 401
    assert real_time.post_tiktok(raw, signature=signature[:-1] + "x").status_code == 401
    assert real_time.inbox() == []
    answer = real_time.post_tiktok(raw, signature=signature)
    assert (answer.status_code, answer.content) == (200, b"")
    (row,) = real_time.inbox()
    assert (row.notification_id, bytes(row.body)) == (json.loads(raw)["tts_notification_id"], raw)


def test_the_same_notification_is_stored_once(real_time: RealTime) -> None:
    for _ in range(3):
        assert real_time.notify(1, {"order_id": "1"}, number="7380066284010030890").status_code == 200
    assert [row.notification_id for row in real_time.inbox()] == ["7380066284010030890"]


def test_without_an_id_the_body_is_its_own(real_time: RealTime) -> None:
    for order_id in ("1", "1", "2"):
        assert real_time.notify(3, {"order_id": order_id}).status_code == 200
    assert len(real_time.inbox()) == 2


@only_sqlite
@pytest.mark.parametrize("signature", ["", "0" * 64, "ü", "Bearer x"])
def test_a_forged_one_is_turned_away(real_time: RealTime, signature: str) -> None:
    envelope = {"type": 1, "shop_id": real_time.shop.us.shop.id, "data": {"order_id": "1"}}
    raw = json.dumps(envelope).encode()
    headers = [("Authorization", signature.encode())] if signature else []
    answer = real_time.http.post(
        f"{real_time.url}/webhooks/tiktok",
        content=raw,
        headers=headers,
    )
    assert (answer.status_code, answer.content) == (401, b"")
    assert real_time.inbox() == []


@only_sqlite
def test_an_unknown_shop_is_turned_away_though_its_app_is_known(real_time: RealTime) -> None:
    assert real_time.post_tiktok({"type": 1, "shop_id": "1", "data": {"order_id": "1"}}).status_code == 401


@only_sqlite
def test_what_names_no_shop_is_checked_against_every_app(real_time: RealTime) -> None:
    body = {"type": 35, "tts_notification_id": "9", "seller_open_id": "x", "data": {}}
    assert real_time.post_tiktok(body, secret="another").status_code == 401
    assert real_time.post_tiktok(body).status_code == 200
    assert real_time.outcomes() == ["ignored"]


@only_sqlite
@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b'{"type":"1"}', b"\xff\xfe", b'{"type":99999999999999}'])
def test_signed_nonsense_is_acknowledged(real_time: RealTime, raw: bytes) -> None:
    assert real_time.post_tiktok(raw).status_code == 200
    assert real_time.outcomes() == ["ignored"]
    assert bytes(real_time.inbox()[0].body) == b""


@only_sqlite
def test_topics_nobody_asked_for_are_acknowledged(real_time: RealTime) -> None:
    assert real_time.notify(5, {"product_id": 1729592969712207000}).status_code == 200
    assert post_shopify(real_time, b'{"id":1}', X_Shopify_Topic="carts/create") == 200
    assert real_time.outcomes() == ["ignored", "ignored"]


@only_sqlite
def test_shopify_by_its_domain(real_time: RealTime) -> None:
    raw = '{"id":1,"title":"Zażółć gęślą jaźń — 東京"}'.encode()
    domain = real_time.shop.us.shopify.domain
    assert post_shopify(real_time, raw, X_Shopify_Hmac_Sha256="A" * 44) == 401
    assert post_shopify(real_time, raw, X_Shopify_Shop_Domain="other.myshopify.com") == 401
    assert post_shopify(real_time, raw, X_Shopify_Shop_Domain=domain.upper()) == 200
    assert post_shopify(real_time, raw) == 200
    (row,) = real_time.inbox()
    assert row.notification_id == "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"
    assert row.event_id == "98880550-7158-44d4-b7cd-2c97c8a091b5"
    assert (row.topic, bytes(row.body), row.store_id) == ("products/update", raw, real_time.shop.store().id)


@only_sqlite
def test_an_order_that_only_changed_on_shopify_is_not_even_stored(real_time: RealTime) -> None:
    raw = b'{"id":1,"cancelled_at":null}'
    assert post_shopify(real_time, raw, X_Shopify_Topic="orders/updated") == 200
    assert real_time.inbox() == []


@only_sqlite
def test_too_large_is_refused_while_it_is_read(real_time: RealTime) -> None:
    url = f"{real_time.url}/webhooks/tiktok"
    assert real_time.http.post(url, content=b"x" * (LARGEST_BODY + 1)).status_code == 413

    def endless() -> Any:
        for _ in range(LARGEST_BODY // 1000 + 2):
            yield b"x" * 1000

    assert real_time.http.post(url, content=endless()).status_code == 413
    assert real_time.post_tiktok(b'"' + b"x" * (LARGEST_BODY - 2) + b'"').status_code == 200


@only_sqlite
def test_what_cannot_be_stored_is_sent_again_by_the_platform(real_time: RealTime) -> None:
    path = real_time.runtime.settings.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("ALTER TABLE inbox_message RENAME TO gone")
    assert real_time.notify(1, {"order_id": "1"}, number="1").status_code == 503
    other.execute("ALTER TABLE gone RENAME TO inbox_message")
    assert real_time.notify(1, {"order_id": "1"}, number="1").status_code == 200
    assert len(real_time.inbox()) == 1
    other.close()


@only_sqlite
def test_while_another_process_writes_for_long_the_platform_is_told_in_time(real_time: RealTime) -> None:
    path = real_time.runtime.settings.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = real_time.notify(1, {"order_id": "1"}, number="1")
    other.execute("COMMIT")
    other.close()
    assert answer.status_code == 503
    assert answer.elapsed < timedelta(seconds=3)
    assert real_time.notify(1, {"order_id": "1"}, number="1").status_code == 200
    assert [row.notification_id for row in real_time.inbox()] == ["1"]


@only_sqlite
def test_a_changed_secret_works_at_once_and_the_old_one_for_a_day(real_time: RealTime) -> None:
    tiktok = real_time.shop.platforms.tiktok
    before = tiktok.app_secret
    tiktok.app_secret = "fresh-app-secret"
    real_time.shop.us.shopify.app.client_secret = "fresh-client-secret"
    old = shopify_headers(real_time, b"{}")
    real_time.shop.connect()
    body = {"type": 99, "shop_id": real_time.shop.us.shop.id}
    assert real_time.post_tiktok({**body, "tts_notification_id": "1"}).status_code == 200
    assert real_time.post_tiktok({**body, "tts_notification_id": "2"}, secret=before).status_code == 200
    assert post_shopify(real_time, b"{}") == 200
    real_time.shop.platforms.clock.advance(timedelta(hours=25))
    assert real_time.post_tiktok({**body, "tts_notification_id": "3"}, secret=before).status_code == 401
    assert real_time.post_tiktok({**body, "tts_notification_id": "4"}).status_code == 200
    assert old["X-Shopify-Topic"] == "products/update"


@only_sqlite
def test_a_new_store_is_heard_at_once_and_a_removed_one_no_more(real_time: RealTime) -> None:
    assert real_time.notify(1, {"order_id": "1"}, name="uk").status_code == 401
    real_time.shop.connect("uk")
    assert real_time.notify(1, {"order_id": "1"}, name="uk").status_code == 200


def junk(shop_id: str) -> st.SearchStrategy[bytes]:
    """Bodies that TikTok would never send, most of them for a shop that is known."""
    anything = st.recursive(
        st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=8,
    )
    envelope = st.fixed_dictionaries(
        {"shop_id": st.just(shop_id)},
        optional={
            "type": st.sampled_from([1, 3, 4, 6, 7, 11, 12]) | anything,
            "tts_notification_id": anything,
            "data": st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, anything)) | anything,
        },
    )
    return envelope.map(lambda body: json.dumps(body).encode()) | st.binary(max_size=200)


@only_sqlite
def test_any_signed_body_is_acknowledged_and_breaks_nothing(real_time: RealTime) -> None:
    @settings(max_examples=150)
    @given(raw=junk(real_time.shop.us.shop.id))
    def send(raw: bytes) -> None:
        assert real_time.post_tiktok(raw).status_code == 200

    send()
    real_time.work()
    assert all("Unexpected" not in (row.last_error or "") for row in real_time.inbox())

"""What the gateway refuses, with TikTok's codes: app, time, signature, token, scope, shop, path."""

from datetime import timedelta
from typing import Literal

import httpx
import pytest

from connector.sandbox.tiktok.signature import expected_sign
from tests.platforms import TikTokSandbox
from tests.sandbox.tiktok.caller import DETAIL, SEARCH, call, data, refused, search

SHOPS = "/authorization/202309/shops"


def test_authorised_shops_name_the_cipher(tiktok: TikTokSandbox) -> None:
    (shop,) = data(call(tiktok, "GET", SHOPS, cipher=""))["shops"]
    assert (shop["id"], shop["cipher"]) == (tiktok.shop.id, tiktok.shop.cipher)
    assert (shop["region"], shop["seller_type"]) == ("US", "LOCAL")


def test_a_shop_cipher_is_unexpected_there(tiktok: TikTokSandbox) -> None:
    assert refused(call(tiktok, "GET", SHOPS)) == (36009004, 400)


def test_the_app_key_is_checked_before_the_signature(tiktok: TikTokSandbox) -> None:
    answer = call(tiktok, "GET", SHOPS, {"app_key": "bogus", "sign": "junk"}, cipher="")
    assert refused(answer) == (36009004, 400)
    assert "app_key" in answer.json()["message"]


@pytest.mark.parametrize(("seconds", "heard"), [(-301, False), (-300, True), (30, True), (31, False)])
def test_the_clock_may_be_five_minutes_slow_and_half_a_minute_fast(
    tiktok: TikTokSandbox, seconds: int, *, heard: bool
) -> None:
    stamp = str(tiktok.clock.timestamp() + seconds)
    answer = call(tiktok, "GET", SHOPS, {"timestamp": stamp}, cipher="")
    assert (answer.json()["code"] == 0) is heard
    assert heard or "timestamp" in answer.json()["message"]


def test_a_wrong_signature(tiktok: TikTokSandbox) -> None:
    assert refused(call(tiktok, "GET", SHOPS, {"sign": "0" * 64}, cipher="")) == (106001, 401)


def test_tokens_expire_and_are_revoked(tiktok: TikTokSandbox) -> None:
    assert refused(call(tiktok, "GET", SHOPS, cipher="", token="unknown")) == (105001, 401)
    tiktok.clock.advance(timedelta(days=7) - timedelta(seconds=1))
    assert call(tiktok, "GET", SHOPS, cipher="").json()["code"] == 0
    tiktok.clock.advance(timedelta(seconds=1))
    assert refused(call(tiktok, "GET", SHOPS, cipher="")) == (105002, 401)
    tiktok.world.deauthorize(tiktok.grant)
    assert refused(call(tiktok, "GET", SHOPS, cipher="")) == (105001, 401)


def test_a_missing_scope(tiktok: TikTokSandbox) -> None:
    tiktok.grant.scopes.remove("seller.order.info")
    answer = call(tiktok, "POST", SEARCH, body={})
    assert refused(answer) == (105005, 401)
    assert "seller.order.info" in answer.json()["message"]


def test_the_shop_must_be_named_known_and_covered(tiktok: TikTokSandbox) -> None:
    other = tiktok.world.add_shop(region="GB")
    assert refused(call(tiktok, "POST", SEARCH, body={}, cipher=""))[0] == 106013
    assert refused(call(tiktok, "POST", SEARCH, body={}, cipher="nobody"))[0] == 106011
    assert refused(call(tiktok, "POST", SEARCH, body={}, cipher=other.cipher))[0] == 101000


def test_an_inactive_seller(tiktok: TikTokSandbox) -> None:
    tiktok.shop.inactive_code = 36009043
    assert refused(call(tiktok, "POST", SEARCH, body={})) == (36009043, 401)


def test_paths_methods_and_versions(tiktok: TikTokSandbox) -> None:
    assert refused(call(tiktok, "GET", "/order/202309/nothing")) == (36009009, 404)
    assert refused(call(tiktok, "GET", SEARCH))[0] == 36009010
    assert refused(call(tiktok, "POST", SEARCH.replace("202309", "202212"), body={}))[0] == 36009014


def test_the_rate_limit_names_a_wait(tiktok: TikTokSandbox) -> None:
    tiktok.world.facts.requests_per_second = 2
    answers = [call(tiktok, "GET", DETAIL, {"ids": "1"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (answers[2].json()["code"], answers[2].headers["retry-after"]) == (36009002, "1")
    tiktok.clock.advance(timedelta(seconds=1))
    assert call(tiktok, "GET", DETAIL, {"ids": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("way", "signed", "unsigned"), [("signed", 0, 106001), ("unsigned", 106001, 0), ("either", 0, 0)]
)
def test_an_empty_object_may_or_may_not_be_signed(
    tiktok: TikTokSandbox, way: Literal["signed", "unsigned", "either"], signed: int, unsigned: int
) -> None:
    tiktok.world.facts.empty_object_body = way
    assert call(tiktok, "POST", SEARCH, body={}).json()["code"] == signed
    stamp = str(tiktok.clock.timestamp())
    parameters = {"app_key": tiktok.world.app_key, "timestamp": stamp, "shop_cipher": tiktok.shop.cipher}
    bare = expected_sign(SEARCH, parameters, b"", "application/json", tiktok.world.app_secret)
    assert call(tiktok, "POST", SEARCH, {"sign": bare}, {}).json()["code"] == unsigned


@pytest.mark.parametrize(("needed", "code"), [(True, 36009022), (False, 0)])
def test_a_get_without_content_type(tiktok: TikTokSandbox, *, needed: bool, code: int) -> None:
    tiktok.world.facts.get_needs_content_type = needed
    parameters = {"app_key": tiktok.world.app_key, "timestamp": str(tiktok.clock.timestamp())}
    parameters["sign"] = expected_sign(SHOPS, parameters, b"", "", tiktok.world.app_secret)
    headers = {"x-tts-access-token": tiktok.grant.access_token}
    assert httpx.get(tiktok.base_url + SHOPS, params=parameters, headers=headers).json()["code"] == code


def test_a_body_that_is_no_object(tiktok: TikTokSandbox) -> None:
    assert refused(call(tiktok, "POST", SEARCH, body=[1])) == (36009004, 400)
    assert refused(call(tiktok, "POST", SEARCH, body={"update_time_ge": "1"})) == (36009004, 400)
    assert search(tiktok)["orders"] == []

"""Tokens: absolute expiry, rotation, single-use codes."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.platforms import TikTokSandbox
from tests.sandbox.tiktok.caller import call, data, refused


def token_call(tiktok: TikTokSandbox, word: str, **query: str) -> httpx.Response:
    parameters = {"app_key": tiktok.world.app_key, "app_secret": tiktok.world.app_secret, **query}
    return httpx.get(f"{tiktok.base_url}/api/v2/token/{word}", params=parameters)


def refresh(tiktok: TikTokSandbox, token: str) -> httpx.Response:
    return token_call(tiktok, "refresh", refresh_token=token, grant_type="refresh_token")


def test_a_refresh_replaces_both_tokens_and_says_absolute_times(tiktok: TikTokSandbox) -> None:
    old_access, old_refresh = tiktok.grant.access_token, tiktok.grant.refresh_token
    answer = refresh(tiktok, old_refresh)
    fresh: dict[str, Any] = data(answer)
    assert answer.json()["message"] == "success"
    assert fresh["access_token"] not in ("", old_access)
    assert fresh["refresh_token"] not in ("", old_refresh)
    assert fresh["access_token_expire_in"] == tiktok.clock.timestamp() + 7 * 86400
    assert fresh["refresh_token_expire_in"] == tiktok.clock.timestamp() + 365 * 86400
    assert refused(refresh(tiktok, old_refresh))[0] == 105001


def test_an_old_refresh_token_may_live_on(tiktok: TikTokSandbox) -> None:
    tiktok.world.facts.old_refresh_token_survives = True
    token = tiktok.grant.refresh_token
    assert data(refresh(tiktok, token)) != data(refresh(tiktok, token))
    assert tiktok.grant.refreshes == 2


def test_a_refresh_token_ends_too(tiktok: TikTokSandbox) -> None:
    tiktok.clock.advance(timedelta(days=365))
    assert refused(refresh(tiktok, tiktok.grant.refresh_token))[0] == 105002


def test_an_auth_code_is_good_once_and_for_half_an_hour(tiktok: TikTokSandbox) -> None:
    code = tiktok.world.desk.auth_code(tiktok.grant)
    words = {"auth_code": code, "grant_type": "authorized_code"}
    assert data(token_call(tiktok, "get", **words))["access_token"] == tiktok.grant.access_token
    assert token_call(tiktok, "get", **words).json()["code"] != 0
    late = tiktok.world.desk.auth_code(tiktok.grant)
    tiktok.clock.advance(timedelta(minutes=30))
    assert token_call(tiktok, "get", auth_code=late, grant_type="authorized_code").json()["code"] != 0


def test_the_app_must_prove_itself(tiktok: TikTokSandbox) -> None:
    words = {"refresh_token": tiktok.grant.refresh_token, "grant_type": "refresh_token"}
    assert token_call(tiktok, "refresh", **words, app_secret="wrong").json()["code"] == 36009004


@pytest.mark.parametrize(("survives", "code"), [(True, 0), (False, 105001)])
def test_the_old_access_token_may_die_with_a_refresh(
    tiktok: TikTokSandbox, *, survives: bool, code: int
) -> None:
    tiktok.world.facts.old_access_token_survives = survives
    old = tiktok.grant.access_token
    data(refresh(tiktok, tiktok.grant.refresh_token))
    answer = call(tiktok, "GET", "/authorization/202309/shops", cipher="", token=old)
    assert answer.json()["code"] == code

"""Renewing tokens at the authorization host."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from connector.errors import NeedsReauthorization, PlatformError, RequestRefused, Unavailable
from connector.sandbox.clock import SandboxClock
from connector.tiktok.renewal import HttpTokenRenewer
from connector.tiktok.tokens import StaticTokens
from tests.tiktok.wire import SECRET, Asked, Reply, Script, bad, good, wire

_START = datetime(2026, 11, 1, tzinfo=UTC)
_GRANT: dict[str, Any] = {
    "access_token": "TTP_new-access",
    "access_token_expire_in": 1_794_000_000,
    "refresh_token": "TTP_new-refresh",
    "refresh_token_expire_in": 1_825_000_000,
    "granted_scopes": ["seller.order.info", 7],
}


def _renew(script: Script) -> tuple[Any, list[Asked], SandboxClock]:
    clock = SandboxClock(_START, frozen=True)

    async def run() -> tuple[Any, list[Asked], SandboxClock]:
        async with wire(script) as served, httpx.AsyncClient() as http:
            renewer = HttpTokenRenewer(
                auth_url=served.base_url + "/", app_key="app", app_secret=SECRET, http=http, clock=clock
            )
            try:
                answer: Any = await renewer.renew("TTP_old refresh+")
            except PlatformError as error:
                answer = error
            return answer, served.asked, clock

    return asyncio.run(run())


def test_both_tokens_come_back_with_absolute_expiries() -> None:
    grant, asked, _ = _renew([good(_GRANT)])
    assert (grant.access_token, grant.refresh_token) == ("TTP_new-access", "TTP_new-refresh")
    assert grant.access_expires_at == datetime.fromtimestamp(1_794_000_000, UTC)
    assert grant.refresh_expires_at == datetime.fromtimestamp(1_825_000_000, UTC)
    assert grant.scopes == ("seller.order.info",)
    assert asked[0].path == "/gateway/api/v2/token/refresh"
    assert asked[0].query == {
        "app_key": "app",
        "app_secret": SECRET,
        "refresh_token": "TTP_old refresh+",
        "grant_type": "refresh_token",
    }


@pytest.mark.parametrize(
    ("sent", "expected"),
    [(604_800, _START + timedelta(days=7)), ("1794000000", None), (0, None), (None, None), (10**15, None)],
)
def test_an_expiry_that_is_no_instant_is_not_taken_for_one(sent: object, expected: datetime | None) -> None:
    grant, _, _ = _renew([good({**_GRANT, "access_token_expire_in": sent})])
    if sent == "1794000000":
        expected = datetime.fromtimestamp(1_794_000_000, UTC)
    assert grant.access_expires_at == expected


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (bad(36004001, "rt has expired"), NeedsReauthorization),
        (bad(36004005, "can not find related auth record"), NeedsReauthorization),
        (bad(105001, status=401), NeedsReauthorization),
        (bad(36009004, "Invalid 'refresh_token'", status=400), NeedsReauthorization),
        (bad(36009004, "Invalid 'app_secret'", status=400), RequestRefused),
        (bad(4711, "app_key does not exist"), RequestRefused),
        (Reply(404, b"<html>"), RequestRefused),
    ],
    ids=repr,
)
def test_who_has_to_act_on_a_refusal(answer: Reply, kind: type[PlatformError]) -> None:
    error, asked, _ = _renew([answer])
    assert isinstance(error, kind)
    assert len(asked) == 1


def test_a_lost_answer_is_asked_for_again() -> None:
    grant, asked, _ = _renew([Reply(dropped=True), Reply(200, b'{"code":0,"da'), good({}), good(_GRANT)])
    assert grant.refresh_token == "TTP_new-refresh"
    assert len(asked) == 4


def test_a_host_that_stays_away_is_unavailable() -> None:
    error, asked, clock = _renew([Reply(500)] * 9)
    assert isinstance(error, Unavailable)
    assert len(asked) == 5
    assert clock.monotonic() >= 15


def test_no_secret_shows_in_errors_logs_or_the_grant(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    error, _, _ = _renew([bad(36004001, f"TTP_old refresh+ of {SECRET} is old")])
    grant, _, _ = _renew([good(_GRANT)])
    shown = caplog.text + repr(error) + str(error) + repr(grant)
    assert "/api/v2/token/refresh" in caplog.text
    for secret in (SECRET, "TTP_", "app_secret="):
        assert secret not in shown


def test_a_static_token_cannot_be_renewed() -> None:
    tokens = StaticTokens("TTP_x")
    assert asyncio.run(tokens.access_token()) == "TTP_x"
    with pytest.raises(NeedsReauthorization):
        asyncio.run(tokens.renew("TTP_x"))

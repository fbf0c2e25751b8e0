"""One call on the wire: how it is signed, repeated, renewed and paced, and what never shows."""

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from connector.errors import (
    AccessDenied,
    ConfigurationError,
    NeedsReauthorization,
    PlatformError,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from connector.sandbox.clock import SandboxClock
from connector.tiktok.client import TikTokClient
from connector.tiktok.http import TikTokTransport
from connector.tiktok.signing import sign
from connector.tiktok.tokens import StaticTokens
from tests.tiktok.wire import CIPHER, SECRET, TOKEN, Asked, Reply, Script, Tokens, bad, client_of, good, wire

_SHOPS = good({"shops": [{"id": "1", "cipher": "c"}]})


def ask(script: Script, **options: Any) -> tuple[Any, list[Asked], int]:
    """The shops over this wire, what was asked, and how many requests the client counted."""

    async def run() -> tuple[Any, list[Asked], int]:
        async with wire(script) as served, client_of(served, **options) as client:
            try:
                answer: Any = await client.authorized_shops()
            except PlatformError as error:
                answer = error
            return answer, served.asked, client.calls

    return asyncio.run(run())


def test_signed_path_is_the_apis_own_and_the_token_travels_in_a_header() -> None:
    async def run() -> Asked:
        async with wire([good({"orders": []})]) as served, client_of(served) as client:
            await client.search_orders({"update_time_lt": 5}, page_token="a+b/c==")
            return served.asked[0]

    asked = asyncio.run(run())
    assert asked.path == "/gateway/order/202309/orders/search"
    unsigned = {name: value for name, value in asked.query.items() if name != "sign"}
    assert asked.query["sign"] == sign(
        path="/order/202309/orders/search", query=unsigned, body=asked.body, secret=SECRET
    )
    assert unsigned["page_token"] == "a+b/c=="
    assert unsigned["shop_cipher"] == CIPHER
    assert (unsigned["page_size"], unsigned["sort_field"], unsigned["sort_order"]) == (
        "100",
        "update_time",
        "ASC",
    )
    assert asked.headers["x-tts-access-token"] == TOKEN
    assert asked.headers["content-type"] == "application/json"


def test_authorized_shops_carry_no_cipher_and_no_body() -> None:
    shops, asked, _ = ask([_SHOPS])
    assert shops == [{"id": "1", "cipher": "c"}]
    assert "shop_cipher" not in asked[0].query
    assert asked[0].body == b""


@pytest.mark.parametrize(
    "trouble",
    [
        Reply(dropped=True),
        Reply(200, b'{"code":0,"data"', promised=500),
        Reply(200, b'{"code":0,"data":{"shops":['),
        Reply(200, b"<html>"),
        Reply(200, b"{}"),
        Reply(200, b"null"),
        Reply(200, b'{"code":0,"data":[]}'),
        Reply(200, b'{"code":0,"data":{"shops":"many"}}', {}),
        Reply(401, b"\x00garbled"),
        Reply(500, b""),
        Reply(502, b"<html>bad gateway"),
        Reply(503, b"null"),
        Reply(503, b'{"code":0,"data":null}'),
        bad(36009003, "Internal error. Please try again."),
        bad(36009007, status=500),
        bad(99999999, "System process error"),
        bad(21001003),
    ],
    ids=repr,
)
def test_passing_trouble_is_repeated_with_a_fresh_stamp_and_signature(trouble: Reply) -> None:
    shops, asked, calls = ask([trouble, trouble, _SHOPS])
    if trouble.body.endswith(b'"many"}}'):
        assert isinstance(shops, Unavailable)
        return
    assert shops == [{"id": "1", "cipher": "c"}]
    assert calls == 3
    stamps = [int(one.query["timestamp"]) for one in asked]
    assert stamps[0] < stamps[1] < stamps[2]
    assert len({one.query["sign"] for one in asked}) == 3


def test_five_tries_are_the_end() -> None:
    clock = SandboxClock(frozen=True)
    error, asked, _ = ask([Reply(500, b"")] * 9, clock=clock)
    assert isinstance(error, Unavailable)
    assert len(asked) == 5
    assert 15 <= clock.monotonic() < 15 + 4 * 0.5 + 5 * 0.4


def test_a_closed_port_is_unavailable() -> None:
    async def run() -> str:
        async with wire([]) as served:
            pass
        async with client_of(served) as client:
            with pytest.raises(Unavailable) as caught:
                await client.authorized_shops()
            return str(caught.value)

    assert asyncio.run(run()) == "TikTok Shop did not answer (ConnectError)"


@pytest.mark.parametrize("header", ["7", "7.0", "date"])
def test_retry_after_is_honoured(header: str) -> None:
    clock = SandboxClock(datetime(2026, 11, 1, tzinfo=UTC), frozen=True)
    value = "Sun, 01 Nov 2026 00:00:07 GMT" if header == "date" else header
    shops, _, _ = ask([bad(36009002, status=429, retry_after=value), _SHOPS], clock=clock)
    assert shops
    assert 7.0 <= clock.monotonic() < 8.0


def test_a_very_long_retry_after_is_left_to_the_caller() -> None:
    error, asked, _ = ask([bad(36009002, status=429, retry_after="3600")])
    assert isinstance(error, RateLimited)
    assert (error.retry_after, len(asked)) == (3600.0, 1)


def test_the_hourly_limit_is_not_worn_down_by_retries() -> None:
    error, asked, _ = ask([bad(36009037, status=429)])
    assert isinstance(error, RateLimited)
    assert len(asked) == 1


def test_a_plain_429_is_a_rate_limit() -> None:
    assert isinstance(ask([Reply(429, b"slow down")] * 5)[0], RateLimited)


@pytest.mark.parametrize(
    "expired",
    [
        bad(105002, "Expired credentials.", status=401),
        bad(105002),
        bad(105001, status=401),
        bad(4711, status=401),
        bad(36009004, "Invalid credentials. The x-tts-access-token header has expired.", status=400),
        bad(36009004, "Invalid 'x-tts-access-token' header", status=400),
    ],
    ids=repr,
)
def test_a_rejected_token_is_renewed_once(expired: Reply) -> None:
    tokens = Tokens()
    shops, asked, _ = ask([expired, _SHOPS], tokens=tokens)
    assert shops
    assert tokens.renewals == [TOKEN]
    assert [one.headers["x-tts-access-token"] for one in asked] == [TOKEN, "TTP_second-token"]


def test_a_renewed_token_that_is_refused_too_needs_the_merchant() -> None:
    tokens = Tokens()
    error, asked, _ = ask([bad(105002, status=401)] * 3, tokens=tokens)
    assert isinstance(error, NeedsReauthorization)
    assert (len(asked), len(tokens.renewals)) == (2, 1)


def test_a_revoked_token_needs_the_merchant() -> None:
    error, asked, _ = ask([bad(105001, status=401)], tokens=StaticTokens(TOKEN))
    assert isinstance(error, NeedsReauthorization)
    assert len(asked) == 1


def test_a_source_that_has_no_other_token_ends_it() -> None:
    error, asked, _ = ask([bad(105001, status=401)], tokens=Tokens(renewed=TOKEN))
    assert isinstance(error, NeedsReauthorization)
    assert (len(asked), error.code, error.request_id) == (1, "105001", "r2")


@pytest.mark.parametrize(
    ("answer", "kind", "named"),
    [
        (bad(36009043, status=401), NeedsReauthorization, "seller"),
        (bad(36009044), NeedsReauthorization, "shop"),
        (bad(105005, "you should apply auth pkg for this api"), AccessDenied, "scope"),
        (bad(36009033), AccessDenied, "IP allow list"),
        (bad(101000), AccessDenied, "shop_cipher"),
        (bad(106001, "signature is invalid", status=401), RequestRefused, "app_secret"),
        (bad(106013), RequestRefused, "shop_cipher"),
        (bad(36009004, "Invalid 'sign' query parameter"), RequestRefused, "app_secret"),
        (bad(36009004, "Invalid credentials. Invalid 'app_key' query parameter."), RequestRefused, "app_key"),
        (bad(36009004, "Invalid 'timestamp'."), RequestRefused, "clock"),
        (bad(36009004, "param body.update_time_ge is not a timestamp"), RequestRefused, "filter"),
        (bad(36009009, status=404), RequestRefused, "base_url"),
        (Reply(404, b"<html>"), RequestRefused, "base_url"),
        (Reply(302, b"", {"location": "https://example.invalid/"}), RequestRefused, "base_url"),
        (bad(4711, status=403), AccessDenied, "denied"),
        (bad(4711), RequestRefused, "4711"),
    ],
    ids=repr,
)
def test_what_cannot_be_mended_by_repeating_is_said_at_once(
    answer: Reply, kind: type[PlatformError], named: str
) -> None:
    error, asked, _ = ask([answer])
    assert isinstance(error, kind)
    assert named in str(error)
    assert len(asked) == 1


def test_a_wrong_clock_is_told_by_how_much() -> None:
    clock = SandboxClock(datetime(2026, 11, 1, 12, 0, 45, tzinfo=UTC), frozen=True)
    refusal = bad(36009004, "Invalid timestamp", status=400, date="Sun, 01 Nov 2026 12:00:00 GMT")
    assert "the clock is 45 s ahead of TikTok's" in str(ask([refusal], clock=clock)[0])


def test_the_clock_difference_is_known_after_any_answer() -> None:
    async def run() -> tuple[float | None, float | None]:
        clock = SandboxClock(datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC), frozen=True)
        reply = Reply(200, _SHOPS.body, {"date": "Sun, 01 Nov 2026 12:01:00 GMT"})
        async with wire([reply]) as served, client_of(served, clock=clock) as client:
            before = client.clock_ahead
            await client.authorized_shops()
            return before, client.clock_ahead

    assert asyncio.run(run()) == (None, -60.0)


def test_no_secret_shows_in_errors_or_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    leaky = bad(106001, f"token {TOKEN} with {SECRET} is bad")
    error, asked, _ = ask([leaky])
    shown = repr(error) + str(error) + caplog.text
    assert "HTTP Request: GET" in caplog.text
    for secret in (TOKEN, SECRET, asked[0].query["sign"], quote(CIPHER), "app_key="):
        assert secret not in shown


def test_a_broken_character_hides_nothing_else() -> None:
    body = b'{"code":0,"data":{"shops":[{"id":"1","name":"\\ud83d","n":NaN,"x":"\xff"},{"id":"2"}]}}'
    shops, _, calls = ask([Reply(200, body)])
    assert shops == [{"id": "1", "name": "�", "n": None, "x": "�"}, {"id": "2"}]
    assert calls == 1


def test_large_numbers_stay_exact() -> None:
    shops, _, _ = ask([Reply(200, b'{"code":"0","data":{"shops":[{"id":7494049642642441621}]}}')])
    assert shops == [{"id": 7494049642642441621}]


def test_every_request_is_told_of() -> None:
    told: list[tuple[str, str]] = []
    ask([bad(36009003), _SHOPS], on_call=lambda name, outcome, seconds: told.append((name, outcome)))
    assert told == [("authorization/shops", "Unavailable"), ("authorization/shops", "ok")]


@pytest.mark.parametrize(
    "url", ["", "open-api.example", "ftp://x", "https://", "https://x?a=1", "http://x:port"]
)
def test_a_base_url_that_is_none_is_a_setting_to_mend(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"tiktok\.base_url"):
        TikTokClient(
            base_url=url,
            app_key="app",
            app_secret=SECRET,
            shop_cipher="",
            tokens=Tokens(),
            http=None,  # type: ignore[arg-type]
            clock=SandboxClock(),
        )


def test_a_hanging_server_is_given_up_on() -> None:
    """The time limit belongs to the call, so that a client made without one cannot hang either."""

    async def run() -> int:
        async with (
            wire([Reply(hangs=True)] * 5) as served,
            httpx.AsyncClient(timeout=None) as http,  # noqa: S113
        ):
            transport = TikTokTransport(
                base_url=served.base_url,
                app_key="app",
                app_secret=SECRET,
                tokens=Tokens(),
                http=http,
                clock=SandboxClock(frozen=True),
                timeout=httpx.Timeout(0.05),
            )
            with pytest.raises(Unavailable, match="ReadTimeout"):
                await transport.call("GET", "/authorization/202309/shops")
            return transport.calls

    assert asyncio.run(run()) == 5

"""Tokens: kept while they work, asked for anew once, never shown."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from connector.errors import (
    ConfigurationError,
    ConnectorError,
    NeedsReauthorization,
    RateLimited,
    Unavailable,
)
from connector.sandbox.clock import SandboxClock
from connector.shopify.tokens import ClientCredentials, IssuedToken, StaticToken
from tests.shopify.wire import CUT, Reply, Wire, answer, raw

pytestmark = pytest.mark.anyio

DAY = 86_399


def grant(token: str, lifetime: object = DAY) -> Reply:
    return answer({"access_token": token, "scope": "write_orders", "expires_in": lifetime})


@pytest.fixture
def credentials(wire: Wire, http: httpx.AsyncClient, clock: SandboxClock) -> ClientCredentials:
    return ClientCredentials(
        base_url=wire.base_url, client_id="the-id", client_secret="the-secret", http=http, clock=clock
    )


async def test_a_token_is_asked_for_once_and_used_until_shortly_before_its_end(
    credentials: ClientCredentials, wire: Wire, clock: SandboxClock
) -> None:
    wire.says(grant("first"), grant("second"))
    assert await asyncio.gather(*(credentials.access_token() for _ in range(5))) == ["first"] * 5
    clock.advance(timedelta(seconds=DAY - 901))
    assert await credentials.access_token() == "first"
    clock.advance(timedelta(seconds=2))
    assert await credentials.access_token() == "second"
    assert len(wire.requests) == 2
    assert wire.requests[0].head.startswith(b"POST /admin/oauth/access_token ")
    assert wire.requests[0].header("content-type") == "application/x-www-form-urlencoded"
    assert wire.requests[0].body == b"grant_type=client_credentials&client_id=the-id&client_secret=the-secret"


async def test_a_rejected_token_is_replaced_once_for_all(credentials: ClientCredentials, wire: Wire) -> None:
    wire.says(grant("first"), grant("second"), grant("third"))
    await credentials.access_token()
    assert await asyncio.gather(*(credentials.renew("first") for _ in range(5))) == ["second"] * 5
    assert await credentials.renew("first") == "second"
    assert len(wire.requests) == 2


async def test_a_token_is_kept_before_it_is_used_and_taken_up_again(
    wire: Wire, http: httpx.AsyncClient, clock: SandboxClock
) -> None:
    kept: list[IssuedToken] = []

    async def keep(token: IssuedToken) -> None:
        kept.append(token)

    def source(issued: IssuedToken | None) -> ClientCredentials:
        return ClientCredentials(
            base_url=wire.base_url,
            client_id="i",
            client_secret="s",
            http=http,
            clock=clock,
            issued=issued,
            on_issue=keep,
        )

    wire.says(grant("first"))
    await source(None).access_token()
    assert kept == [IssuedToken("first", clock.now() + timedelta(seconds=DAY))]
    assert await source(kept[0]).access_token() == "first"
    assert len(wire.requests) == 1


async def test_a_token_that_lives_shorter_than_the_margin_is_used_all_the_same(
    credentials: ClientCredentials, wire: Wire
) -> None:
    wire.says(grant("short", 30))
    assert [await credentials.access_token() for _ in range(3)] == ["short"] * 3
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answer({"error": "invalid_client"}, 401), NeedsReauthorization),
        (answer({"error": "application_cannot_be_found"}, 400), NeedsReauthorization),
        (raw(403, b"<html>"), NeedsReauthorization),
        (raw(404, b""), ConfigurationError),
        (raw(301, b"", {"location": "/"}), ConfigurationError),
        (raw(429, b"", {"retry-after": "3"}), RateLimited),
        (raw(503, b""), Unavailable),
        (raw(200, b"<html>"), Unavailable),
        (grant(""), Unavailable),
        (grant("token", "soon"), Unavailable),
        (CUT, Unavailable),
    ],
)
async def test_what_goes_wrong_says_who_must_act_and_shows_no_secret(
    credentials: ClientCredentials, wire: Wire, reply: Reply, expected: type[ConnectorError]
) -> None:
    wire.says(reply)
    with pytest.raises(expected) as raised:
        await credentials.access_token()
    assert "the-secret" not in str(raised.value)


async def test_after_a_failure_the_next_call_asks_again(credentials: ClientCredentials, wire: Wire) -> None:
    wire.says(raw(503, b""), grant("first"))
    with pytest.raises(Unavailable):
        await credentials.access_token()
    assert await credentials.access_token() == "first"


async def test_a_static_token_cannot_be_renewed() -> None:
    token = StaticToken("shpat_static")
    assert await token.access_token() == "shpat_static"
    with pytest.raises(NeedsReauthorization) as raised:
        await token.renew("shpat_static")
    assert "shpat_static" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "two words", "line\nbreak", "ż"])
def test_text_that_cannot_be_a_token_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"shopify\.access_token"):
        StaticToken(text)

"""Whose request it is, behind a proxy: the limit on logins counts by it."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from connector.serving.address import listen, url_of
from connector.serving.web import WebServer

_SOMEBODY = "192.0.2.7"


async def _who(scope: Any, _receive: Any, send: Any) -> None:
    """Answers with the address a request comes from."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["client"][0].encode()})


@pytest.fixture
def who(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a served application that tells who asks; the parameter is FORWARDED_ALLOW_IPS."""
    monkeypatch.delenv("FORWARDED_ALLOW_IPS", raising=False)
    if trusted := getattr(request, "param", None):
        monkeypatch.setenv("FORWARDED_ALLOW_IPS", trusted)
    loop, stop, ready = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    with listen("127.0.0.1", 0) as listener:
        server = WebServer(_who, listener, on_ready=ready.set)
        thread = threading.Thread(target=lambda: loop.run_until_complete(server.serve_until(stop)))
        thread.start()
        assert ready.wait(30)
        yield url_of(listener)
        loop.call_soon_threadsafe(stop.set)
        thread.join()
    loop.close()


def _asked(url: str, forwarded_for: str) -> str:
    return httpx.get(url, headers={"X-Forwarded-For": forwarded_for}, trust_env=False).text


def test_a_proxy_on_this_machine_says_who_asks(who: str) -> None:
    assert _asked(who, _SOMEBODY) == _SOMEBODY


def test_what_somebody_claimed_before_the_proxy_counts_for_nothing(who: str) -> None:
    assert _asked(who, f"198.51.100.1, {_SOMEBODY}") == _SOMEBODY


@pytest.mark.parametrize("who", ["172.16.0.0/12"], indirect=True)
def test_nobody_else_is_believed_where_the_proxy_is_named(who: str) -> None:
    assert _asked(who, _SOMEBODY) == "127.0.0.1"


@pytest.mark.parametrize("who", ["127.0.0.1,198.51.100.0/24"], indirect=True)
def test_of_several_proxies_the_last_one_that_is_not_ours_counts(who: str) -> None:
    assert _asked(who, f"203.0.113.9, {_SOMEBODY}, 198.51.100.1") == _SOMEBODY

"""What the client makes of connections that fail in every way, and what it sends a second time."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest

from connector.errors import ConfigurationError
from connector.sandbox.clock import SandboxClock
from connector.shopify.client import ShopifyClient
from connector.shopify.results import CreateResult, Made, NotMade, Unknown
from connector.shopify.throttle import Throttle
from tests.shopify.wire import CUT, SILENCE, Reply, Wire, answer, cost, created, data, error, raw

pytestmark = pytest.mark.anyio

MADE = Made("gid://shopify/Order/1", "#1001")
ORDER = {"sourceIdentifier": "576461413038785752", "lineItems": []}
THROTTLED = {"errors": [error("THROTTLED", "Throttled")]}


async def create(client: ShopifyClient) -> CreateResult:
    return await client.create_order(ORDER, {"inventoryBehaviour": "BYPASS"})


async def test_a_create_sends_order_options_and_token(client: ShopifyClient, wire: Wire) -> None:
    wire.says(data(created(), cost=cost(11, 1989)))
    assert await create(client) == MADE
    sent = wire.requests[0]
    assert sent.head.startswith(b"POST /admin/api/2026-10/graphql.json HTTP/1.1\r\n")
    assert sent.header("x-shopify-access-token") == "shpat_static"
    assert sent.header("content-type") == "application/json"
    assert sent.variables == {"order": ORDER, "options": {"inventoryBehaviour": "BYPASS"}}
    assert (client.calls, client.points) == (1, 11)


async def test_the_base_url_may_carry_a_path(wire: Wire, make_client: Callable[..., ShopifyClient]) -> None:
    wire.says(data(created()))
    await create(make_client(base_url=f"{wire.base_url}/shops/uk/"))
    assert wire.requests[0].head.startswith(b"POST /shops/uk/admin/api/2026-10/graphql.json ")


GOOD = data(created())
LOST = {
    "reset before an answer": CUT,
    "no answer in time": SILENCE,
    "cut in the status line": Reply(GOOD.content[:9], keep=False),
    "cut in the headers": Reply(GOOD.content[:40], keep=False),
    "cut in the body": Reply(GOOD.content[:-20], keep=False),
    "stuck in the body": Reply(GOOD.content[:-20], hang=True),
    "not HTTP": Reply(b"SSH-2.0-OpenSSH\r\n\r\n", keep=False),
    "body that is not the gzip it claims": raw(200, b"plain text", {"content-encoding": "gzip"}),
    "cut chunk": Reply(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{", keep=False),
    "half a refusal": Reply(answer({"errors": "no"}, 401).content[:-5], keep=False),
    "HTML": raw(200, b"<html>Something went wrong</html>"),
    "empty body": raw(200, b""),
    "502": raw(502, b"<html>Bad gateway</html>"),
    "503 with Retry-After": raw(503, b"", {"retry-after": "1"}),
    "500 in JSON": answer({"errors": "Internal Server Error"}, 500),
    "redirect": raw(302, b"", {"location": "https://elsewhere.example/"}),
    "null data": answer({"data": None, "errors": [error("INTERNAL_SERVER_ERROR")]}),
}


@pytest.mark.parametrize("reply", LOST.values(), ids=LOST.keys())
async def test_a_lost_or_unreadable_answer_is_unknown_and_never_sent_again(
    client: ShopifyClient, wire: Wire, reply: Reply
) -> None:
    wire.says(reply, GOOD)
    assert isinstance(await create(client), Unknown)
    assert len(wire.requests) == 1


async def test_a_reset_on_a_connection_kept_alive_is_unknown(client: ShopifyClient, wire: Wire) -> None:
    wire.says(GOOD, CUT, GOOD)
    assert await create(client) == MADE
    assert isinstance(await create(client), Unknown)
    assert len(wire.requests) == 2
    assert await create(client) == MADE


async def test_a_request_cut_while_it_is_written_is_unknown(
    make_client: Callable[..., ShopifyClient],
) -> None:
    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        stream = writer.get_extra_info("socket")
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        writer.close()

    server = await asyncio.start_server(cut, "127.0.0.1", 0)
    client = make_client(base_url=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    result = await client.create_order({"note": "x" * 30_000_000}, {})
    server.close()
    await server.wait_closed()
    assert isinstance(result, Unknown)
    assert client.calls == 1


async def test_a_refused_connection_is_not_made_and_tried_again_within_seconds(
    make_client: Callable[..., ShopifyClient], clock: SandboxClock
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = make_client(base_url=f"http://127.0.0.1:{port}")
    before = clock.monotonic()
    result = await create(client)
    assert isinstance(result, NotMade)
    assert result.kind == "unavailable"
    assert client.calls == 5
    assert 10 < clock.monotonic() - before <= 31


async def test_an_unknown_host_is_not_made(make_client: Callable[..., ShopifyClient]) -> None:
    result = await create(make_client(base_url="http://no-such-host.invalid"))
    assert isinstance(result, NotMade)
    assert result.kind == "unavailable"


class _BreaksTls(httpx.AsyncBaseTransport):
    """Stands for what only a real network does."""

    def __init__(self, failure: httpx.TransportError) -> None:
        self.failure = failure
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "made"),
    [
        (httpx.ConnectTimeout("t"), NotMade),
        (httpx.PoolTimeout("t"), NotMade),
        (httpx.ProxyError("t"), NotMade),
        (httpx.ReadTimeout("t"), Unknown),
        (httpx.WriteTimeout("t"), Unknown),
        (httpx.WriteError("t"), Unknown),
        (httpx.CloseError("t"), Unknown),
        (httpx.LocalProtocolError("t"), Unknown),
    ],
)
async def test_failures_of_the_connection(
    failure: httpx.TransportError, made: type, clock: SandboxClock
) -> None:
    from connector.shopify.tokens import StaticToken

    transport = _BreaksTls(failure)
    async with httpx.AsyncClient(transport=transport) as http:
        client = ShopifyClient(
            base_url="https://example.myshopify.com",
            domain="example.myshopify.com",
            api_version="2026-10",
            tokens=StaticToken("shpat_static"),
            http=http,
            clock=clock,
        )
        assert isinstance(await create(client), made)
    assert transport.requests == (5 if made is NotMade else 1)


async def test_throttled_is_sent_again_when_the_points_are_back(
    client: ShopifyClient, wire: Wire, clock: SandboxClock
) -> None:
    refused = {**THROTTLED, "extensions": {"cost": {**cost(11, 1), "actualQueryCost": None}}}
    wire.says(answer(refused), data(created(), cost=cost(11, 0)))
    before = clock.monotonic()
    assert await create(client) == MADE
    assert 0.1 <= clock.monotonic() - before < 1
    assert client.points == 11


async def test_429_waits_as_long_as_it_asks(client: ShopifyClient, wire: Wire, clock: SandboxClock) -> None:
    wire.says(raw(429, b"", {"retry-after": "7"}), GOOD)
    before = clock.monotonic()
    assert await create(client) == MADE
    assert 7 <= clock.monotonic() - before < 9


async def test_a_long_retry_after_is_left_to_the_caller(client: ShopifyClient, wire: Wire) -> None:
    wire.says(raw(429, b"", {"retry-after": "3600"}), GOOD)
    result = await create(client)
    assert isinstance(result, NotMade)
    assert (result.kind, result.retry_after) == ("throttled", 3600.0)


async def test_throttled_for_good_ends_as_not_made(client: ShopifyClient, wire: Wire) -> None:
    wire.says(answer(THROTTLED))
    result = await create(client)
    assert isinstance(result, NotMade)
    assert result.kind == "throttled"
    assert 1 < len(wire.requests) <= 5


async def test_a_refusal_is_not_sent_again(client: ShopifyClient, wire: Wire) -> None:
    wire.says(data({"orderCreate": {"order": None, "userErrors": [{"message": "Email is invalid"}]}}), GOOD)
    assert isinstance(await create(client), NotMade)
    assert len(wire.requests) == 1


class _Tokens:
    def __init__(self) -> None:
        self.current = "old"
        self.renewed: list[str] = []

    async def access_token(self) -> str:
        return self.current

    async def renew(self, rejected: str) -> str:
        self.renewed.append(rejected)
        self.current = "new"
        return self.current


async def test_a_rejected_token_is_renewed_once(
    wire: Wire, make_client: Callable[..., ShopifyClient]
) -> None:
    tokens = _Tokens()
    wire.says(answer({"errors": "[API] Invalid API key or access token"}, 401), GOOD)
    assert await create(make_client(tokens=tokens)) == MADE
    assert tokens.renewed == ["old"]
    assert [request.header("x-shopify-access-token") for request in wire.requests] == ["old", "new"]


async def test_a_token_rejected_twice_needs_a_person(
    wire: Wire, make_client: Callable[..., ShopifyClient]
) -> None:
    wire.says(answer({"errors": "no"}, 401))
    for tokens in (_Tokens(), None):
        result = await create(make_client(tokens=tokens))
        assert isinstance(result, NotMade)
        assert result.kind == "reauthorize"
    assert len(wire.requests) == 3


async def test_a_retired_version_stops_creates_but_loses_no_order(client: ShopifyClient, wire: Wire) -> None:
    wire.says(answer({"data": created()}, headers={"x-shopify-api-version": "2027-01"}))
    assert await create(client) == MADE
    stopped = await create(client)
    assert isinstance(stopped, NotMade)
    assert stopped.kind == "unavailable"
    assert "2027-01" in stopped.message
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "base_url", ["example.myshopify.com", "ftp://example.com", "https://", "http://host:port", "/"]
)
async def test_a_base_url_that_is_none_is_refused(
    base_url: str, make_client: Callable[..., ShopifyClient]
) -> None:
    with pytest.raises(ConfigurationError, match=r"shopify\.base_url"):
        make_client(base_url=base_url)


@pytest.fixture
async def slow(clock: SandboxClock) -> AsyncIterator[tuple[Wire, asyncio.Event]]:
    """A server that holds back its answers until the event is set."""
    wire, go = Wire(), asyncio.Event()
    wire.says(data(created(), cost=cost(11, 1000)))

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await go.wait()
        await wire.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    yield wire, go
    server.close()
    wire.hang_up()
    await server.wait_closed()


async def test_a_cancelled_create_gives_its_place_back(
    slow: tuple[Wire, asyncio.Event], clock: SandboxClock, make_client: Callable[..., ShopifyClient]
) -> None:
    wire, go = slow
    client = make_client(base_url=wire.base_url, throttle=Throttle(clock, max_in_flight=1))
    task: asyncio.Task[Any] = asyncio.create_task(create(client))
    for _ in range(20):
        await asyncio.sleep(0)
    assert client.calls == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go.set()
    assert await create(client) == MADE

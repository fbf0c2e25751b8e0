"""Connections of one's own: used again, one per request under way, given back whatever happens."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from connector.shopify.connections import OwnConnections, open_http
from tests.shopify.wire import CUT, Reply, Wire, raw

pytestmark = pytest.mark.anyio


@pytest.fixture
async def own(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    async with open_http() as client:
        yield client


class _Counting:
    """Counts the connections a server is asked for, and the most that were open at once."""

    def __init__(self, wire: Wire) -> None:
        self.wire, self.opened = wire, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        await self.wire.serve(reader, writer)


@pytest.fixture
async def counting() -> AsyncIterator[_Counting]:
    counted = _Counting(Wire())
    counted.wire.says(raw(200, b"{}"))
    server = await asyncio.start_server(counted.serve, "127.0.0.1", 0)
    counted.wire.port = server.sockets[0].getsockname()[1]
    yield counted
    server.close()
    counted.wire.hang_up()
    await server.wait_closed()


async def test_one_after_the_other_share_a_connection(own: httpx.AsyncClient, counting: _Counting) -> None:
    for _ in range(5):
        assert (await own.post(counting.wire.base_url)).status_code == 200
    assert counting.opened == 1


async def test_as_many_connections_as_requests_under_way(own: httpx.AsyncClient, counting: _Counting) -> None:
    for _ in range(2):
        await asyncio.gather(*(own.post(counting.wire.base_url) for _ in range(20)))
    assert 2 <= counting.opened <= 20


@pytest.mark.parametrize("reply", [CUT, Reply(raw(200, b"{}" * 40).content[:-9], keep=False)])
async def test_a_broken_connection_is_replaced(
    own: httpx.AsyncClient, counting: _Counting, reply: Reply
) -> None:
    counting.wire.says(raw(200, b"{}"), reply, raw(200, b"{}"))
    await own.post(counting.wire.base_url)
    with pytest.raises(httpx.RemoteProtocolError):
        await own.post(counting.wire.base_url)
    assert (await own.post(counting.wire.base_url)).status_code == 200
    assert counting.opened == 2


async def test_a_streamed_answer_keeps_its_connection_until_it_is_read(
    own: httpx.AsyncClient, counting: _Counting
) -> None:
    counting.wire.says(raw(200, b"a\nb\n"))
    async with own.stream("GET", counting.wire.base_url) as response:
        assert (await own.get(counting.wire.base_url)).status_code == 200
        assert [line async for line in response.aiter_lines()] == ["a", "b"]
    assert counting.opened == 2
    await own.get(counting.wire.base_url)
    assert counting.opened == 2


async def test_a_cancelled_request_gives_its_connection_back(counting: _Counting) -> None:
    counting.wire.says(Reply(hang=True), raw(200, b"{}"))
    transport = OwnConnections()
    async with httpx.AsyncClient(transport=transport) as client:
        task = asyncio.create_task(client.get(counting.wire.base_url))
        while not counting.wire.requests:
            await asyncio.wait([task], timeout=0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await client.get(counting.wire.base_url)).status_code == 200


def test_behind_a_proxy_httpx_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    client = open_http()
    assert not isinstance(client._transport, OwnConnections)


async def test_no_address_is_logged(
    own: httpx.AsyncClient, counting: _Counting, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    await own.get(f"{counting.wire.base_url}/file?signature=secret")
    assert "secret" not in caplog.text

"""Every test here runs on asyncio, and most of them talk to a server that says exactly what it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import httpx
import pytest

from connector.sandbox.clock import SandboxClock
from connector.shopify.client import ShopifyClient
from connector.shopify.throttle import Throttle
from connector.shopify.tokens import StaticToken, TokenSource
from tests.shopify.wire import Wire

START = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> SandboxClock:
    return SandboxClock(START, frozen=True)


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    """A server on loopback whose answers the test writes byte for byte."""
    scripted = Wire()
    server = await asyncio.start_server(scripted.serve, "127.0.0.1", 0)
    scripted.port = server.sockets[0].getsockname()[1]
    yield scripted
    server.close()
    scripted.hang_up()
    await server.wait_closed()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A plain client that gives up on an answer after a moment."""
    async with httpx.AsyncClient(timeout=httpx.Timeout(5.0, read=0.3)) as client:
        yield client


@pytest.fixture
def make_client(wire: Wire, http: httpx.AsyncClient, clock: SandboxClock) -> Callable[..., ShopifyClient]:
    """A client of the scripted server."""

    def make(
        tokens: TokenSource | None = None, base_url: str = "", throttle: Throttle | None = None
    ) -> ShopifyClient:
        return ShopifyClient(
            base_url=base_url or wire.base_url,
            domain="example.myshopify.com",
            api_version="2026-10",
            tokens=tokens or StaticToken("shpat_static"),
            http=http,
            clock=clock,
            throttle=throttle,
        )

    return make


@pytest.fixture
def client(make_client: Callable[..., ShopifyClient]) -> ShopifyClient:
    return make_client()

"""An HTTP client whose cost per request does not grow with the number of connections.

httpx's own pool looks at every connection for every request: at 100 connections that takes longer than
the request itself (measured: 1.4 ms instead of 0.5 ms). Here each connection has a pool of its own, and the
one used last is used next.
"""

import logging
import ssl
from collections.abc import AsyncIterator
from functools import cache
from typing import Any, Self
from urllib.request import getproxies

import httpx

_IDLE_SECONDS = 4.0
"""Shorter than servers keep an idle connection, so that a request seldom meets one that is being closed."""
_TIMEOUT = httpx.Timeout(connect=10.0, read=45.0, write=30.0, pool=None)


def open_http(*, max_connections: int = 128) -> httpx.AsyncClient:
    """A client for one or more platforms; the caller closes it.

    More requests at once than `max_connections` are for the caller's throttle to hold back. Behind a proxy
    named by the environment it is httpx's own client. httpx's log of whole addresses is silenced, because
    some of them are signed.
    """
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger(name).level))
    if getproxies():
        limits = httpx.Limits(max_connections=max_connections, keepalive_expiry=_IDLE_SECONDS)
        return httpx.AsyncClient(timeout=_TIMEOUT, limits=limits)
    return StraightClient(OwnConnections())


@cache
def certificates() -> ssl.SSLContext:
    """Whom to trust, read once per process: it takes 25 ms of work, longer than a sync that finds nothing."""
    return httpx.create_ssl_context()


class StraightClient(httpx.AsyncClient):
    """Hands each request straight to its connections, without cookies, redirects or ways of logging in.

    The platforms' APIs have none of them, and httpx's way through them is a fifth of a sync's time.
    """

    def __init__(self, connections: httpx.AsyncBaseTransport) -> None:
        super().__init__(timeout=_TIMEOUT, transport=connections)
        self._connections = connections

    async def send(self, request: httpx.Request, *, stream: bool = False, **_ways: Any) -> httpx.Response:
        """The answer, read to its end unless it is to be streamed."""
        response = await self._connections.handle_async_request(request)
        response.request = request
        if not stream:
            try:
                await response.aread()
            except BaseException:
                await response.aclose()
                raise
        return response


class OwnConnections(httpx.AsyncBaseTransport):
    """Keeps idle connections on a stack and opens another one only when all are in use."""

    def __init__(self) -> None:
        self._idle: list[httpx.AsyncHTTPTransport] = []
        self._all: list[httpx.AsyncHTTPTransport] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        connection = self._idle.pop() if self._idle else self._open()
        try:
            response = await connection.handle_async_request(request)
        except BaseException:
            self._idle.append(connection)
            raise
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Lent(response.stream, connection, self._idle)
        return response

    async def aclose(self) -> None:
        for connection in self._all:
            await connection.aclose()

    async def __aenter__(self) -> Self:
        return self

    def _open(self) -> httpx.AsyncHTTPTransport:
        limits = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=_IDLE_SECONDS)
        connection = httpx.AsyncHTTPTransport(verify=certificates(), limits=limits)
        self._all.append(connection)
        return connection


class _Lent(httpx.AsyncByteStream):
    """A response body that gives its connection back when it is closed."""

    def __init__(
        self,
        body: httpx.AsyncByteStream,
        connection: httpx.AsyncHTTPTransport,
        idle: list[httpx.AsyncHTTPTransport],
    ) -> None:
        self._body = body
        self._connection: httpx.AsyncHTTPTransport | None = connection
        self._idle = idle

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._body:
            yield chunk

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await self._body.aclose()
            finally:
                self._idle.append(connection)

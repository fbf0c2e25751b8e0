"""The HTTP server, which leaves signals to the process, and its own access log without queries."""

import asyncio
import logging
import re
import secrets as randomness
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from connector.serving.logs import request_id

_log = logging.getLogger("connector.requests")

_PATIENCE = 5
"""Seconds that requests under way have to end when the server is told to stop."""
_ID = re.compile(r"[0-9A-Za-z._-]{1,64}")
_FREQUENT = ("/healthz", "/readyz", "/metrics", "/static/")
_LONGEST_PATH = 200


class WebServer(uvicorn.Server):
    """Serves an application on a socket that listens already."""

    def __init__(self, app: Any, listener: socket.socket, *, on_ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                Requests(app),
                access_log=False,
                log_config=None,
                server_header=False,
                lifespan="off",
                timeout_graceful_shutdown=_PATIENCE,
            )
        )
        self._listener = listener
        self._on_ready = on_ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the process's: it has more to end than this server."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell whoever waits for it."""
        await super().startup(sockets)
        self._on_ready()

    async def serve_until(self, stop: asyncio.Event) -> None:
        """Answer until `stop`, then take no more requests and let those under way end."""
        serving = asyncio.create_task(self.serve([self._listener]))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        self.should_exit = True
        await serving


class Requests:
    """Gives each request an id, and writes one line about it when it has been answered."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500
        given = _given_id(scope)
        token = request_id.set(given)

        async def noted(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-request-id", given.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            _write(scope, status, time.perf_counter() - began)
            request_id.reset(token)


def _given_id(scope: Any) -> str:
    """The id a proxy gave the request, when it looks like one; else a fresh one."""
    sent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
    return sent if _ID.fullmatch(sent) else randomness.token_hex(8)


def _write(scope: Any, status: int, seconds: float) -> None:
    path = scope["path"][:_LONGEST_PATH]
    frequent = path.startswith(_FREQUENT) and status != 500
    level = logging.DEBUG if frequent else logging.WARNING if status >= 500 else logging.INFO
    said = {
        "method": scope["method"],
        "path": path,
        "status": status,
        "milliseconds": round(seconds * 1000, 1),
    }
    _log.log(level, "request", extra=said)

"""Requests and answers of the sandbox, and the ASGI application that runs a platform with its faults."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import parse_qsl

from connector.sandbox.clock import SandboxClock
from connector.sandbox.faults import Fault, FaultKind, FaultPlan

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

TRANSPORT = "sandbox.transport"
"""ASGI extension under which the sandbox's server passes the connection, so that it can be cut."""

_JSON = ((b"content-type", b"application/json; charset=utf-8"),)
_SILENT = {FaultKind.HANG, FaultKind.RESET, FaultKind.LATE}


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as a platform sees it: the path is the platform's own, without any mount point."""

    method: str
    path: str
    query: str
    headers: dict[bytes, bytes]
    body: bytes

    def header(self, name: str) -> str:
        """A header's value, `""` when it is missing."""
        return self.headers.get(name.encode(), b"").decode("latin-1")

    def parameters(self) -> dict[str, str]:
        """The decoded query; a repeated name keeps its last value."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer; only the content length is added to its headers."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = _JSON


class Service(Protocol):
    """A platform behind the wire. `answer` carries a request out and is called under `lock`."""

    clock: SandboxClock
    lock: threading.RLock

    def operation(self, request: Request) -> str:
        """The name fault rules match, e.g. `orderCreate` or `order.search`."""

    def answer(self, request: Request) -> Response:
        """Carry the request out."""

    def failure(self, request: Request, fault: Fault) -> Response:
        """The platform's own answer for THROTTLED, INTERNAL_ERROR and ERROR_CODE."""


@dataclass(slots=True)
class PlatformApp:
    """The ASGI application of one platform: draws faults, cuts connections, carries late requests out."""

    service: Service
    faults: FaultPlan = field(default_factory=FaultPlan)
    _late: list[tuple[datetime, Request]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = await _read(scope, receive)
        if self._late:
            self.settle()
        fault = self.faults.draw(self.service.operation(request))
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        if fault is None:
            await _write(send, self._answer(request))
        else:
            await self._fail(fault, request, scope, receive, send)

    def settle(self) -> int:
        """Carry out the late requests that are due by the sandbox's clock; returns how many."""
        now = self.service.clock.now()
        with self.service.lock:
            due = [request for at, request in self._late if at <= now]
            self._late[:] = [entry for entry in self._late if entry[0] > now]
            for request in due:
                self.service.answer(request)
        return len(due)

    def _answer(self, request: Request) -> Response:
        with self.service.lock:
            return self.service.answer(request)

    async def _fail(self, fault: Fault, request: Request, scope: Scope, receive: Receive, send: Send) -> None:
        kind = fault.kind
        if kind is FaultKind.LATE:
            self._postpone(request, fault.delay)
        if kind is FaultKind.SLOW:
            await asyncio.sleep(fault.delay)
        if kind in (FaultKind.SLOW, FaultKind.TRUNCATED):
            answered = self._answer(request)
            await (_write(send, answered) if kind is FaultKind.SLOW else _write_half(scope, send, answered))
            return
        if fault.committed:
            self._answer(request)
        if kind is FaultKind.HANG:
            await _until_gone(receive, fault.delay)
        if kind in _SILENT:
            await _cut(scope, receive)
            return
        await _write(send, self._broken(fault, request))

    def _postpone(self, request: Request, seconds: float) -> None:
        due = self.service.clock.now() + timedelta(seconds=seconds)
        with self.service.lock:
            self._late.append((due, request))

    def _broken(self, fault: Fault, request: Request) -> Response:
        if fault.kind is FaultKind.STATUS:
            headers = [(b"content-type", b"text/html")]
            if fault.retry_after is not None:
                headers.append((b"retry-after", f"{fault.retry_after:g}".encode()))
            return Response(fault.status, b"<html><body>upstream trouble</body></html>", tuple(headers))
        if fault.kind is FaultKind.GARBLED:
            return Response(200, b'\x00{"data": \xff not json')
        return self.service.failure(request, fault)


async def _read(scope: Scope, receive: Receive) -> Request:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        body += message.get("body", b"")
    return Request(
        scope["method"], scope["path"], scope["query_string"].decode("latin-1"), dict(scope["headers"]), body
    )


async def _write(send: Send, response: Response) -> None:
    headers = [*response.headers, (b"content-length", str(len(response.body)).encode())]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})


async def _write_half(scope: Scope, send: Send, response: Response) -> None:
    headers = [*response.headers, (b"content-length", str(len(response.body)).encode())]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    half = response.body[: len(response.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})
    scope["extensions"][TRANSPORT].close()


async def _until_gone(receive: Receive, seconds: float) -> None:
    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), timeout=seconds)
    except TimeoutError:
        return


async def _cut(scope: Scope, receive: Receive) -> None:
    scope["extensions"][TRANSPORT].abort()
    await _until_gone(receive, 5.0)

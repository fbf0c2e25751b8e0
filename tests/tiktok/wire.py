"""A server that answers each request with the next scripted bytes, for wires that behave oddly."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson

from connector.sandbox.clock import SandboxClock
from connector.tiktok.client import TikTokClient
from connector.tiktok.tokens import TokenSource

SECRET = "secret-of-the-app"
TOKEN = "TTP_first-token"
CIPHER = "TTP_cipher+/="


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def filters(self) -> dict[str, Any]:
        decoded: dict[str, Any] = orjson.loads(self.body)
        return decoded


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a status and a body; `promised` is a Content-Length that may be a lie."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    dropped: bool = False
    hangs: bool = False

    def encoded(self) -> bytes:
        length = len(self.body) if self.promised is None else self.promised
        lines = [f"HTTP/1.1 {self.status} X", f"content-length: {length}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


def good(data: object) -> Reply:
    return Reply(200, orjson.dumps({"code": 0, "message": "Success", "request_id": "r1", "data": data}))


def bad(code: int, message: str = "said so", *, status: int = 200, **headers: str) -> Reply:
    body = {"code": code, "message": message, "request_id": "r2", "data": None}
    return Reply(status, orjson.dumps(body), {name.replace("_", "-"): text for name, text in headers.items()})


Script = Sequence[Reply | Callable[[Asked], Reply]]


@dataclass(slots=True)
class Wire:
    """The running server: its address, and everything it was asked."""

    base_url: str
    script: list[Reply | Callable[[Asked], Reply]]
    asked: list[Asked] = field(default_factory=list)

    open: set[asyncio.Task[None] | None] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(asyncio.current_task())
        try:
            await self._answer(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _read(reader)
        if request is None:
            return
        self.asked.append(request)
        step = self.script.pop(0) if self.script else Reply(418, b"nothing scripted")
        reply = step if isinstance(step, Reply) else step(request)
        if reply.hangs:
            await reader.read()
        elif not reply.dropped:
            writer.write(reply.encoded())
            await writer.drain()


@asynccontextmanager
async def wire(script: Script) -> AsyncIterator[Wire]:
    served = Wire("", list(script))
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    served.base_url = f"http://127.0.0.1:{port}/gateway"
    async with server:
        yield served
    await asyncio.gather(*[task for task in served.open if task is not None])


class Tokens:
    """A source that renews to a known token and counts how often it was asked to."""

    def __init__(self, *stored: str, renewed: str = "TTP_second-token") -> None:
        self.renewals: list[str] = []
        self._stored = list(stored) or [TOKEN]
        self._renewed = renewed

    async def access_token(self) -> str:
        return self._stored.pop(0) if len(self._stored) > 1 else self._stored[0]

    async def renew(self, rejected: str) -> str:
        self.renewals.append(rejected)
        self._stored = [self._renewed]
        return self._renewed


@asynccontextmanager
async def client_of(
    served: Wire, *, tokens: TokenSource | None = None, clock: SandboxClock | None = None, **options: Any
) -> AsyncIterator[TikTokClient]:
    async with httpx.AsyncClient() as http:
        yield TikTokClient(
            base_url=served.base_url,
            app_key="app",
            app_secret=SECRET,
            shop_cipher=CIPHER,
            tokens=tokens or Tokens(),
            http=http,
            clock=clock or SandboxClock(frozen=True),
            **options,
        )


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Asked(method, parts.path, query, headers, body)

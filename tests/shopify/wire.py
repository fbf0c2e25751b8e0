"""A server that answers with exactly the bytes it is given, or with less."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Request:
    """What the client sent."""

    head: bytes
    body: bytes

    @property
    def variables(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)["variables"]
        return found

    def header(self, name: str) -> str:
        """A header's value, or an empty text."""
        for line in self.head.decode().split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""


@dataclass(frozen=True)
class Reply:
    """Bytes to answer with; then the connection is closed unless `keep`, or held open when `hang`."""

    content: bytes = b""
    keep: bool = True
    hang: bool = False


Script = Reply | Callable[[Request], Reply]


@dataclass
class Wire:
    """Answers requests with the replies of `script` in turn, and with the last one from then on."""

    script: list[Script] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def says(self, *replies: Script) -> None:
        """Set the script."""
        self.script = list(replies)

    def hang_up(self) -> None:
        """Close every connection."""
        for writer in self._writers:
            writer.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak to one connection."""
        self._writers.append(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        request = Request(head, b"")
        request.body = await reader.readexactly(int(request.header("content-length") or 0))
        self.requests.append(request)
        scripted = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        reply = scripted(request) if callable(scripted) else scripted
        writer.write(reply.content)
        await writer.drain()
        if reply.hang:
            await reader.read()
        return reply.keep


def raw(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
    """A whole answer with any body."""
    lines = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    head = f"HTTP/1.1 {status} Whatever\r\n" + "".join(f"{key}: {value}\r\n" for key, value in lines.items())
    return Reply(head.encode() + b"\r\n" + body)


def answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A whole answer with a JSON body."""
    return raw(status, json.dumps(body).encode(), headers)


def data(content: Any, **extensions: Any) -> Reply:
    """A good GraphQL answer."""
    return answer({"data": content, "extensions": extensions})


def error(
    code: str, message: str = "", *, path: list[str] | None = None, **extensions: Any
) -> dict[str, Any]:
    """One entry of top-level `errors`."""
    found: dict[str, Any] = {"message": message, "extensions": {"code": code, **extensions}}
    return found if path is None else {**found, "path": path}


CUT = Reply(keep=False)
"""The connection dies without an answer."""
SILENCE = Reply(hang=True)
"""No answer, and the connection stays."""


def created(order_id: str = "gid://shopify/Order/1", name: str = "#1001") -> dict[str, Any]:
    """The data of a create that went well."""
    order = {"id": order_id, "name": name, "sourceIdentifier": "576461413038785752"}
    return {"orderCreate": {"order": order, "userErrors": []}}


def cost(requested: int, available: float, *, maximum: int = 2000, rate: int = 100) -> dict[str, Any]:
    """`extensions.cost` of an answer."""
    status = {"maximumAvailable": maximum, "currentlyAvailable": available, "restoreRate": rate}
    return {"requestedQueryCost": requested, "actualQueryCost": requested, "throttleStatus": status}

"""Runs the sandbox's ASGI applications over real HTTP on loopback, in a thread of its own."""

import logging
import socket
import threading
from dataclasses import dataclass, field

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from connector.sandbox.exchange import TRANSPORT, AsgiApp, Receive, Scope, Send


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which also passes the connection on so that a fault can cut it."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: self.transport}  # type: ignore[dict-item]


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@dataclass(slots=True)
class RunningServer:
    """A server that answers at `base_url` until `stop` is called."""

    base_url: str
    port: int
    _server: _Server = field(repr=False)
    _thread: threading.Thread = field(repr=False)
    _socket: socket.socket = field(repr=False)

    def stop(self) -> None:
        """Close every connection and wait until the port is free; a second call does nothing."""
        self._server.should_exit = True
        self._thread.join(timeout=10)
        self._socket.close()


class Mounts:
    """An ASGI application that serves several others, each below its own path prefix.

    An application below `/tiktok` sees its own paths only, as if it had the host for itself.
    """

    def __init__(self) -> None:
        self._apps: dict[str, AsgiApp] = {}

    def mount(self, prefix: str, app: AsgiApp) -> None:
        """Serve `app` below `prefix` (`/word` or `/word/word`), in place of whatever was there."""
        self._apps = {**self._apps, prefix.rstrip("/"): app}

    def unmount(self, prefix: str) -> None:
        """Stop serving what is below `prefix`."""
        self._apps = {known: app for known, app in self._apps.items() if known != prefix.rstrip("/")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        for prefix, app in self._apps.items():
            if path.startswith(prefix) and path[len(prefix) : len(prefix) + 1] in ("", "/"):
                await app({**scope, "path": path[len(prefix) :] or "/"}, receive, send)
                return
        await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})


def serve(app: AsgiApp, port: int = 0, *, host: str = "127.0.0.1") -> RunningServer:
    """Start serving `app`; returns when it answers. Port 0 takes a free one.

    Raises OSError when the port is taken.
    """
    server, listener = prepare(app, port, host=host)
    thread = threading.Thread(target=server.run, args=([listener],), name="sandbox-server", daemon=True)
    thread.start()
    if not server.ready.wait(timeout=10):
        raise RuntimeError("the sandbox server did not start within 10 s")
    taken: int = listener.getsockname()[1]
    return RunningServer(f"http://{host}:{taken}", taken, server, thread, listener)


def prepare(app: AsgiApp, port: int, *, host: str) -> tuple[_Server, socket.socket]:
    """A server that is not running yet and the socket it is to listen on."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    config = uvicorn.Config(
        app,
        http=CuttableProtocol,
        loop="uvloop",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=1024,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return _Server(config), listener

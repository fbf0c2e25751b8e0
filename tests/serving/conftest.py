"""`connector serve` as a process of its own, over a store that is connected to the sandbox platforms."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.clock import SandboxClock
from connector.sandbox.platforms import Platforms, StorePair
from connector.services.connect import connect_store
from connector.settings import Settings
from connector.store_file import parse_store_file
from tests.platforms import SandboxServer
from tests.prefect_server import eventually

_GREETING = re.compile(r"^connector: the console is at (http://\S+)$", re.MULTILINE)
_PATIENCE = 60.0


@dataclass
class Shop:
    """A connected store pair, and the ledger that the served process shares with the test."""

    platforms: Platforms
    runtime: Runtime

    @property
    def pair(self) -> StorePair:
        """Both ends of the store `us`."""
        return self.platforms.pairs["us"]

    def buy(self) -> str:
        """An order is placed and paid, and TikTok writes a webhook about it; gives its id."""
        order_id = self.pair.place(status="UNPAID")
        self.platforms.tiktok.move_order(order_id, "AWAITING_SHIPMENT")
        return order_id

    def deliver(self, base_url: str) -> int:
        """Send TikTok's due webhooks to the receiver; gives how many it took."""
        outbox, now = self.platforms.tiktok.outbox, self.platforms.clock.timestamp()
        return outbox.deliver(lambda _webhook: f"{base_url}/webhooks/tiktok", now)

    def on_shopify(self, order_id: str) -> int:
        """How many orders Shopify has for this one."""
        orders = self.pair.shopify.orders
        return sum(order.source_identifier == order_id for order in orders)


@dataclass
class Served:
    """A running `connector serve`."""

    process: "subprocess.Popen[bytes]"
    log: Path
    base_url: str
    http: httpx.Client
    prefect_home: Path
    """No other process has this folder in its environment: all that it starts inherit it."""

    def family(self) -> list[str]:
        """Command lines of the process and of whatever it started that lives; Linux lists them."""
        mark = f"PREFECT_HOME={self.prefect_home}".encode()
        found = (_command(entry, mark) for entry in Path("/proc").glob("[0-9]*"))
        return [command for command in found if command]

    @property
    def said(self) -> str:
        """Everything on its standard error so far."""
        return self.log.read_text("utf-8")

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Tell it to stop; gives its exit status."""
        self.process.send_signal(number)
        return self.process.wait(timeout=_PATIENCE)


def _command(entry: Path, mark: bytes) -> str:
    try:
        marked = mark in (entry / "environ").read_bytes().split(b"\0")
        return (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode() if marked else ""
    except OSError:
        return ""


Serve = Callable[..., Served]


@pytest.fixture
def shop(sandbox_server: SandboxServer, sqlite_url: str) -> Iterator[Shop]:
    """The store `us` on a running clock, because the process lives by the real one."""
    platforms, prefix = Platforms(SandboxClock()), sandbox_server.prefix()
    platforms.mount(sandbox_server.mounts, sandbox_server.running.base_url, prefix)
    settings = Settings(database_url=sqlite_url, secret_key=new_secret_key())
    runtime = Runtime.open(settings, platforms.clock)
    file = platforms.store_file("us", orders="start_from = 2026-01-01T00:00:00Z")
    asyncio.run(connect_store(runtime, parse_store_file(file), check=True))
    platforms.tiktok.outbox.waiting.clear()
    yield Shop(platforms, runtime)
    runtime.close()
    platforms.unmount(sandbox_server.mounts, prefix)


@pytest.fixture
def serve(shop: Shop, tmp_path: Path) -> Iterator[Serve]:
    """Starts the command on a free port and gives it when the console answers; ended after the test."""
    begun: list[Served] = []

    def start(*words: str, **environment: str) -> Served:
        served = _start(shop.runtime.settings, tmp_path, words, environment)
        begun.append(served)
        return served

    yield start
    for served in begun:
        served.http.close()
        if served.process.poll() is None:
            served.process.kill()
            served.process.wait()


def _start(settings: Settings, folder: Path, words: tuple[str, ...], environment: dict[str, str]) -> Served:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CONNECTOR_"))
    }
    own = {
        "CONNECTOR_DATABASE_URL": settings.database_url,
        "CONNECTOR_SECRET_KEY": settings.secret_key or "",
        "PREFECT_HOME": str(folder / "prefect"),
    }
    log = folder / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "connector.cli", "serve", "--port", "0", *words],
            env={**kept, **own, **environment},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
        )

    def greeting() -> re.Match[str] | None:
        assert process.poll() is None, log.read_text("utf-8")
        return _GREETING.search(log.read_text("utf-8"))

    base_url = eventually(greeting, f"the console answers; see {log}", patience=_PATIENCE).group(1)
    http = httpx.Client(base_url=base_url, timeout=30, trust_env=False)
    return Served(process, log, base_url, http, folder / "prefect")

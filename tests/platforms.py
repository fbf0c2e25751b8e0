"""Fixtures of the sandbox platforms: fresh worlds per test behind one server per session.

`tiktok` is a TikTok with one US shop; `sandbox` is everything, two store pairs on a frozen clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

import pytest

from connector.sandbox.catalog import tiktok_listings
from connector.sandbox.clock import SandboxClock
from connector.sandbox.exchange import PlatformApp
from connector.sandbox.faults import FaultPlan
from connector.sandbox.people import buyer
from connector.sandbox.platforms import Platforms
from connector.sandbox.server import Mounts, RunningServer, serve
from connector.sandbox.tiktok import Grant, Item, OrderDraft, Shop, TikTokWorld, tiktok_app

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
"""The instant at which every test's clock stands still."""


@dataclass
class SandboxServer:
    """The session's server; every test mounts its worlds below a prefix of its own."""

    mounts: Mounts
    running: RunningServer
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def prefix(self) -> str:
        """A prefix nobody has used yet."""
        return f"/t{next(self._numbers)}"


@dataclass
class TikTokSandbox:
    """A TikTok with one US shop, answering at `base_url`."""

    clock: SandboxClock
    world: TikTokWorld
    app: PlatformApp
    shop: Shop
    grant: Grant
    base_url: str

    @property
    def faults(self) -> FaultPlan:
        """What goes wrong."""
        return self.app.faults

    def draft(self, sku: str = "TEE-BLK-M", quantity: int = 1, buyer_number: int = 1) -> OrderDraft:
        """An order for units of one listing."""
        item = Item(tiktok_listings(self.shop.currency)[sku], quantity)
        return OrderDraft(buyer(self.shop.region, buyer_number), (item,), self.shop.currency)

    def place(self, sku: str = "TEE-BLK-M", quantity: int = 1, *, status: str = "AWAITING_SHIPMENT") -> str:
        """Place such an order; it reaches its status at the clock's instant. Returns its id."""
        return self.world.place(self.shop, self.draft(sku, quantity), status=status)


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[SandboxServer]:
    """One server for all tests of a session, empty."""
    mounts = Mounts()
    running = serve(mounts)
    yield SandboxServer(mounts, running)
    running.stop()


@pytest.fixture
def sandbox_clock() -> SandboxClock:
    """The frozen clock that a test's platforms and its connector share."""
    return SandboxClock(START, frozen=True)


@pytest.fixture
def tiktok(sandbox_server: SandboxServer, sandbox_clock: SandboxClock) -> Iterator[TikTokSandbox]:
    """A fresh TikTok with one authorised US shop and no order."""
    world = TikTokWorld(sandbox_clock)
    app = tiktok_app(world)
    shop = world.add_shop()
    prefix = sandbox_server.prefix()
    sandbox_server.mounts.mount(prefix, app)
    base_url = sandbox_server.running.base_url + prefix
    yield TikTokSandbox(sandbox_clock, world, app, shop, world.authorize(shop), base_url)
    sandbox_server.mounts.unmount(prefix)


@pytest.fixture
def sandbox(sandbox_server: SandboxServer, sandbox_clock: SandboxClock) -> Iterator[Platforms]:
    """Fresh platforms with the store pairs `us` (tax added) and `uk` (tax included) and no order."""
    platforms = Platforms(sandbox_clock)
    prefix = sandbox_server.prefix()
    platforms.mount(sandbox_server.mounts, sandbox_server.running.base_url, prefix)
    yield platforms
    platforms.unmount(sandbox_server.mounts, prefix)

"""The running product for a browser: console, webhook receiver and consumer over a ledger and the sandbox.

What `connector serve` runs without its schedule, in a thread of its own, because the browser is driven from
the main one.
"""

import asyncio
import shutil
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from argon2 import PasswordHasher

from connector.console.app import create_app
from connector.console.options import ConsoleOptions
from connector.ledger import fetch_runs, search, users
from connector.ledger.filters import OrderFilters
from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.platforms import StorePair
from connector.sandbox.scenario import Scenario
from connector.services import background, fetch_order
from connector.services.catalog import refresh_catalog
from connector.services.complete import complete
from connector.services.connect import connect_store
from connector.services.consumer import Consumer
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.serving.address import listen, url_of
from connector.serving.web import WebServer
from connector.settings import Settings
from connector.store_file import parse_store_file
from models.role import Role
from tests.prefect_server import eventually

T = TypeVar("T")

PASSWORD = "correct horse battery"
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
PEOPLE = {"ann": Role.ADMIN, "ben": Role.OPERATOR, "vic": Role.VIEWER}
_PATIENCE = 60.0
_STEPS = (timedelta(days=2), timedelta(hours=5))


@dataclass
class Product:
    """What runs, where a browser finds it, and the world behind it."""

    scenario: Scenario
    runtime: Runtime
    base_url: str = ""
    sessions: dict[str, Any] = field(default_factory=dict)
    """What the browser of each person holds who has logged in."""
    _ready: threading.Event = field(default_factory=threading.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)

    def pair(self, name: str) -> StorePair:
        """Both ends of a store."""
        return self.scenario.platforms.pairs[name]

    def wait(self, **step: float) -> None:
        """Let time pass."""
        self.scenario.clock.advance(timedelta(**step))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the event loop that the product lives in."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE)

    def connect(self, name: str) -> None:
        """Connect a pair, importing everything the scenario holds."""
        self.do(connect_store(self.runtime, parse_store_file(self.scenario.store_file(name)), check=True))

    def sync(self) -> None:
        """Sync every store once."""
        self._over(Story().sync)

    def begin(self) -> None:
        """Connect every pair, and sync for the first time."""
        for name in self.scenario.platforms.pairs:
            self.connect(name)
        self._over(refresh_catalog)
        self.sync()

    def live(self) -> None:
        """Begin, let two days and a morning pass, sync again, and complete what was delivered long ago."""
        self.begin()
        for step in _STEPS:
            self.scenario.tick(step)
            self.sync()
        now = self.runtime.clock.now()

        async def completing(session: StoreSession) -> None:
            await complete(session, now)

        self._over(completing)

    def fetch(self) -> int:
        """Press Fetch Order, and wait until it is over; gives its number."""
        pressed = self.do(fetch_order.press(self.runtime, stores=None, user="ann"))
        eventually(lambda: not self._under_way(pressed.id), "the fetch is over")
        return pressed.id

    def _under_way(self, run_id: int) -> bool:
        run = self.runtime.database.read(fetch_runs.fetch_run, run_id=run_id)
        return run is not None and run.ended_at is None

    def listed(self, **filters: Any) -> dict[str, Any]:
        """What `connector orders list` says, without a limit."""
        chosen = OrderFilters(**filters)
        return self.runtime.database.read(search.list_orders, filters=chosen, limit=1000).to_json()

    def order(self, order_id: str) -> dict[str, Any]:
        """What `connector orders show` says."""
        (detail,) = self.runtime.database.read(search.order_detail, tiktok_order_id=order_id)
        return detail.to_json()

    def _over(self, story: Any) -> None:
        for result in self.do(over_stores(self.runtime, None, source="sync", story=story)):
            assert result.error is None, result.error

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        listener = listen("127.0.0.1", 0)
        self.base_url = url_of(listener)
        options = ConsoleOptions(login_required=True, public_url=None, prefect_url=None, allowed_hosts=())
        web = WebServer(create_app(self.runtime, options), listener, on_ready=self._ready.set)
        with listener:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(web.serve_until(self._stop))
                parts.create_task(Consumer(self.runtime).run(self._stop))
            await background.close()

    @contextmanager
    def served(self) -> Iterator[None]:
        """Answer inside the block."""
        thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="product")
        thread.start()
        try:
            assert self._ready.wait(_PATIENCE), "the console did not start"
            yield
        finally:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._stop.set)
            thread.join(_PATIENCE)


@contextmanager
def running(scenario: Scenario, folder: Path, *, template: Path | None = None) -> Iterator[Product]:
    """The product over a scenario, with a login for each role, on a copy of `template` where one is given."""
    file = folder / "connector.db"
    if template is not None:
        shutil.copyfile(template, file)
    settings = Settings(database_url=f"sqlite:///{file}", secret_key=new_secret_key())
    platforms = scenario.platforms.serve()
    runtime = Runtime.open(settings, scenario.clock)
    for name, role in PEOPLE.items():
        now = scenario.clock.now()
        runtime.database.call(users.add_user, name=name, role=role, password_hash=_HASH, now=now)
    product = Product(scenario, runtime)
    try:
        with product.served():
            yield product
    finally:
        runtime.close()
        platforms.stop()

"""Webhooks over HTTP to the real receiver, and consumers that work until nothing is due."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.engine import Row

from connector.console.app import create_app
from connector.console.options import ConsoleOptions
from connector.ledger import credentials
from connector.ledger.tables import INBOX
from connector.runtime import Runtime
from connector.sandbox.server import RunningServer, serve
from connector.sandbox.tiktok.signature import webhook_authorization
from connector.services.consumer import Consumer
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.webhooks.registration import Registrations, register
from tests.services.conftest import Connector, connector, only_sqlite, shop

__all__ = ["RealTime", "connector", "only_sqlite", "real_time", "shop"]


def receiver(runtime: Runtime) -> RunningServer:
    """The console's application with its receiver, over real HTTP."""
    options = ConsoleOptions(login_required=False, public_url=None, prefect_url=None, allowed_hosts=())
    return serve(create_app(runtime, options))  # type: ignore[arg-type]


@dataclass
class RealTime:
    """A connected store with a receiver, and the platforms' webhooks on their way to it."""

    shop: Connector
    url: str
    http: httpx.Client

    @property
    def runtime(self) -> Runtime:
        """What receiver and consumer work with."""
        return self.shop.runtime

    def register(self, name: str = "us") -> Registrations:
        """Have a pair's platforms send everything to the receiver."""
        made: list[Registrations] = []

        async def story(session: StoreSession) -> None:
            made.append(await register(session, self.url))

        result = asyncio.run(over_stores(self.runtime, [name], source="webhooks", story=story))[0]
        assert result.error is None, result.error
        return made[0]

    def post_tiktok(
        self, body: bytes | dict[str, Any], *, signature: str | None = None, secret: str | None = None
    ) -> httpx.Response:
        """Send a notification, signed as TikTok signs it unless a signature or another secret is given."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        tiktok = self.shop.platforms.tiktok
        signed = webhook_authorization(tiktok.app_key, secret or tiktok.app_secret, raw)
        headers = {"Authorization": signed if signature is None else signature}
        return self.http.post(f"{self.url}/webhooks/tiktok", content=raw, headers=headers)

    def notify(
        self, kind: int, data: dict[str, Any], *, number: str = "", name: str = "us"
    ) -> httpx.Response:
        """Send a notification of a pair's shop; without a number it has no id."""
        envelope = {"type": kind, "shop_id": self.shop.platforms.pairs[name].shop.id, "data": data}
        if number:
            envelope["tts_notification_id"] = number
        return self.post_tiktok(envelope)

    def status_changed(self, order_id: str, status: str = "AWAITING_SHIPMENT", *, number: str = "") -> None:
        """TikTok tells, as of now, that an order has this status."""
        now = int(self.runtime.clock.now().timestamp())
        data = {"order_id": order_id, "order_status": status, "update_time": now}
        assert self.notify(1, data, number=number or f"{order_id}-{status}-{now}").status_code == 200

    def deliver(self) -> int:
        """Deliver what the platforms have written; gives how many webhooks were accepted."""
        return self.shop.platforms.deliver_webhooks(self.http)

    def work(self, consumers: int = 1) -> None:
        """Let consumers work until no message is due and none is held."""
        asyncio.run(self._work(consumers))

    def work_for_a_moment(self) -> None:
        """Let a consumer look a few times, whatever it finds."""

        async def look() -> None:
            stop = asyncio.Event()
            asyncio.get_running_loop().call_later(0.5, stop.set)
            await Consumer(self.runtime).run(stop)

        asyncio.run(look())

    def revoked(self, platform: str) -> bool:
        """Whether the store's authorisation at a platform is known to be gone."""
        return (
            self.runtime.database.read(
                credentials.load, box=self.runtime.secrets, store_id=self.shop.store().id, platform=platform
            ).revoked_at
            is not None
        )

    async def _work(self, consumers: int) -> None:
        stop = asyncio.Event()
        running = [asyncio.create_task(Consumer(self.runtime).run(stop)) for _ in range(consumers)]
        try:
            async with asyncio.timeout(60):
                await self._until_quiet()
        finally:
            stop.set()
            await asyncio.gather(*running)

    async def _until_quiet(self) -> None:
        while self.open():  # noqa: ASYNC110  another process could settle them as well
            await asyncio.sleep(0.02)

    def open(self) -> list[Row[Any]]:
        """Messages that could be worked on now."""
        now = self.runtime.clock.now()
        return [row for row in self.inbox() if row.done_at is None and row.run_after <= now]

    def inbox(self) -> list[Row[Any]]:
        """Every message, as the inbox has it."""
        return self.runtime.database.read(
            lambda session: list(session.execute(select(INBOX).order_by(INBOX.c.id)))
        )

    def outcomes(self) -> list[str | None]:
        """How the messages ended, in the order in which they came."""
        return [row.outcome for row in self.inbox()]

    def events(self, order_id: str) -> list[tuple[str, str]]:
        """What happened to an order and on whose word."""
        return [(each["event"], each["source"]) for each in self.shop.order(order_id)["history"]]


@pytest.fixture
def real_time(shop: Connector) -> Iterator[RealTime]:
    """The US pair, connected and just synced, with a receiver; nothing is registered yet."""
    shop.sync()
    shop.platforms.tiktok.outbox.waiting.clear()
    server = receiver(shop.runtime)
    with httpx.Client(timeout=10, trust_env=False) as http:
        yield RealTime(shop, server.base_url, http)
    server.stop()

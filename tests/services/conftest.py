"""A store connected to the sandbox platforms, over each kind of database, without Prefect."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from connector.ledger import search
from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.platforms import Platforms, StorePair
from connector.sandbox.shopify.records import Order as ShopifyOrder
from connector.services.catalog import refresh_catalog
from connector.services.complete import complete
from connector.services.connect import connect_store
from connector.services.fetch import backfill_window
from connector.services.reconcile import Comparison, reconcile
from connector.services.results import StoreResult
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.settings import Settings
from connector.store_file import parse_store_file


@dataclass
class Connector:
    """The connector at work on the sandbox's store pairs."""

    runtime: Runtime
    platforms: Platforms

    @property
    def us(self) -> StorePair:
        """The pair whose orders have tax added."""
        return self.platforms.pairs["us"]

    @property
    def uk(self) -> StorePair:
        """The pair whose prices include tax."""
        return self.platforms.pairs["uk"]

    def connect(self, name: str = "us", **words: Any) -> None:
        """Connect a pair by its store file."""
        text = self.platforms.store_file(name, **words)
        asyncio.run(connect_store(self.runtime, parse_store_file(text), check=True))

    def wait(self, **step: float) -> None:
        """Let time pass; whatever is due at the platforms happens."""
        self.platforms.clock.advance(timedelta(**step))
        self.platforms.settle()

    def sync(self, *names: str) -> StoreResult:
        """Sync the stores once; gives the first one's figures."""
        return asyncio.run(over_stores(self.runtime, names, source="sync", story=Story().sync))[0]

    def catalog(self, name: str = "us") -> StoreResult:
        """Refresh a store's variants."""
        return asyncio.run(over_stores(self.runtime, [name], source="catalog", story=refresh_catalog))[0]

    def backfill(self, start: datetime, end: datetime, name: str = "us") -> StoreResult:
        """Import a stretch of time."""

        async def story(session: StoreSession) -> None:
            await Story().backfill(session, backfill_window(start, end))

        return asyncio.run(over_stores(self.runtime, [name], source="backfill", story=story))[0]

    def complete(self, as_of: datetime | None = None, name: str = "us") -> StoreResult:
        """Run the completion for a store."""

        async def story(session: StoreSession) -> None:
            await complete(session, as_of or self.runtime.clock.now())

        return asyncio.run(over_stores(self.runtime, [name], source="complete", story=story))[0]

    def reconcile(self, name: str = "us") -> Comparison:
        """Compare the last ninety days."""
        found: list[Comparison] = []

        async def story(session: StoreSession) -> None:
            now = self.runtime.clock.now()
            found.append(await reconcile(session, now - timedelta(days=90), now + timedelta(minutes=1)))

        result = asyncio.run(over_stores(self.runtime, [name], source="reconcile", story=story))[0]
        assert result.error is None, result.error
        return found[0]

    def order(self, order_id: str) -> dict[str, Any]:
        """An order as `connector orders show` gives it."""
        details = self.runtime.database.read(search.order_detail, tiktok_order_id=order_id)
        assert len(details) == 1
        return details[0].to_json()

    def on_shopify(self, order_id: str, name: str = "us") -> ShopifyOrder:
        """The one Shopify order of a TikTok order."""
        orders = self.platforms.pairs[name].shopify.orders_with_source(order_id)
        assert len(orders) == 1, [order.name for order in orders]
        return orders[0]


@pytest.fixture
def connector(database_url: str, sandbox: Platforms) -> Iterator[Connector]:
    """A ledger of each kind beside fresh platforms; no store is connected yet."""
    key = new_secret_key()
    runtime = Runtime.open(Settings(database_url=database_url, secret_key=key), clock=sandbox.clock)
    yield Connector(runtime, sandbox)
    runtime.close()


@pytest.fixture
def shop(connector: Connector) -> Connector:
    """The US pair, connected, with its catalogue loaded."""
    connector.connect("us")
    connector.wait(hours=3)
    connector.catalog("us")
    return connector



"""A store connected to the sandbox platforms, over each kind of database, without Prefect."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.ledger import mappings, search, stores
from connector.ledger.secrets import new_secret_key
from connector.ledger.stores import StoreRow
from connector.runtime import Runtime
from connector.sandbox.platforms import Platforms, StorePair
from connector.sandbox.shopify.records import Order as ShopifyOrder
from connector.services.catalog import refresh_catalog
from connector.services.comparison import Comparison
from connector.services.complete import complete
from connector.services.connect import connect_store
from connector.services.fetch import Reading, backfill_window, update_window
from connector.services.reconcile import reconcile
from connector.services.results import StoreResult
from connector.services.retry import retry
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.settings import Settings
from connector.store_file import parse_store_file
from models.state import REMEDIES

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the kind of database, to keep the suite short."""


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
        self.connect_text(self.platforms.store_file(name, **words))

    def connect_text(self, text: str) -> None:
        """Connect a store by the text of a store file."""
        asyncio.run(connect_store(self.runtime, parse_store_file(text), check=True))

    def wait(self, **step: float) -> None:
        """Let time pass; whatever is due at the platforms happens."""
        self.platforms.clock.advance(timedelta(**step))
        self.platforms.settle()

    def place_fresh(self, *skus: str) -> str:
        """Place an order that surely was not on Shopify before: the ledger has just vouched for itself."""
        self.sync()
        self.wait(seconds=30)
        return self.us.place(*skus, created_at=self.runtime.clock.now())

    def sync(self, *names: str) -> StoreResult:
        """Sync the stores once; gives the first one's figures."""
        return asyncio.run(over_stores(self.runtime, names, source="sync", story=Story().sync))[0]

    def fetch(self, name: str = "us") -> StoreResult:
        """Read TikTok's orders into the ledger and do nothing with them."""

        async def story(session: StoreSession) -> None:
            reading = Reading(session, await update_window(session))
            while not reading.ended:
                await reading.read(10)

        return asyncio.run(over_stores(self.runtime, [name], source="sync", story=story))[0]

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

    def retry(self, *order_ids: str, reason: str | None = None, name: str = "us") -> StoreResult:
        """Try blocked and waiting orders again, as `connector orders retry` does."""

        async def story(session: StoreSession) -> None:
            await retry(session, order_ids=order_ids or None, reason=reason)

        return asyncio.run(over_stores(self.runtime, [name], source="retry", story=story))[0]

    def map_sku(self, seller_sku: str, sku: str, name: str = "us") -> int:
        """Map a seller SKU to the variant with a SKU; gives how many orders that freed."""
        database, pair = self.runtime.database, self.platforms.pairs[name]
        return database.call(
            mappings.map_sku,
            store_id=self.store(name).id,
            seller_sku=seller_sku,
            variant_id=pair.shopify.variant(sku).id,
            now=self.runtime.clock.now(),
        )

    def store(self, name: str = "us") -> StoreRow:
        """A store as it is in the ledger."""
        return self.runtime.database.read(stores.get_store, name=name)

    def order(self, order_id: str) -> dict[str, Any]:
        """An order as `connector orders show` gives it."""
        details = self.runtime.database.read(search.order_detail, tiktok_order_id=order_id)
        assert len(details) == 1
        return details[0].to_json()

    def stands_for(self, order_id: str, state: str, code: str, *named: str) -> None:
        """The order waits so, for a reason that names the thing and a remedy; Shopify has nothing of it."""
        shown = self.order(order_id)
        reason = shown["reason"]
        assert (shown["state"], reason["code"]) == (state, code), shown["history"]
        assert all(word in reason["detail"] for word in named), reason["detail"]
        assert reason["fix"] == REMEDIES[code]
        assert len(shown["explanation"]) >= 3
        assert not any(pair.shopify.orders_with_source(order_id) for pair in self.platforms.pairs.values())

    def stands_once(self, order_id: str, name: str = "us") -> ShopifyOrder:
        """The order exists once on Shopify with TikTok's total, reconcile agrees, and a sync leaves it so."""
        self.wait(minutes=1)
        again = self.sync(name)
        assert (again.error, again.created, again.already_on_shopify) == (None, 0, 0)
        shown, there = self.order(order_id), self.on_shopify(order_id, name)
        assert (shown["state"], shown["reason"], shown["shopify_order_id"]) == ("created", None, there.id)
        assert there.total == Decimal(shown["total"]["amount"])
        assert there.paid("SALE") == there.total
        comparison = self.reconcile(name)
        assert comparison.ok, comparison.differences()
        return there

    def edit(self, order_id: str, change: Callable[[dict[str, Any]], None], *, touch: bool = True) -> None:
        """TikTok changes an order's document; `touch`: its `update_time` moves."""
        self.platforms.tiktok.edit_order(order_id, change, touch=touch)

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

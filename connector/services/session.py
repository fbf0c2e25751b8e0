"""One store at work: its two clients, the ledger, a clock and the run's figures."""

import secrets as randomness
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from connector.clock import Clock
from connector.ledger.database import Database
from connector.ledger.stores import StoreRow
from connector.runtime import Runtime
from connector.services import platforms
from connector.services.results import StoreResult
from connector.shopify.client import ShopifyClient
from connector.shopify.connections import open_http
from connector.tiktok.client import TikTokClient


class StoreSession:
    """Everything the steps need to work on one store; it lives for one run."""

    def __init__(
        self,
        *,
        runtime: Runtime,
        store: StoreRow,
        tiktok: TikTokClient,
        shopify: ShopifyClient,
        source: str,
        http: httpx.AsyncClient,
    ) -> None:
        self.runtime = runtime
        self.store = store
        self.tiktok = tiktok
        self.shopify = shopify
        self.source = source
        """What history rows name as their origin: `sync`, `backfill`, `fetch`, `webhook`."""
        self.full = False
        """Whether Shopify takes no more orders for now; those that are due wait for the next run."""
        self.absent_skus: set[str] = set()
        """SKUs asked of Shopify in this run that no variant has."""
        self.owner = f"{source}-{randomness.token_hex(8)}"
        """This run; each batch it claims is held under a name that begins so."""
        self.result = StoreResult(store.name)
        self.counted: dict[str, int] = {}
        """Calls that are in the store's counters already."""
        self._http = http
        self._began = runtime.clock.monotonic()

    @property
    def database(self) -> Database:
        return self.runtime.database

    @property
    def clock(self) -> Clock:
        return self.runtime.clock

    async def rename_shop(self, store: StoreRow) -> None:
        """Go on with what was just learnt of the store: TikTok's calls name its shop from now on."""
        self.store = store
        self.tiktok = await platforms.tiktok_client(self.runtime, store, self._http)

    def settle(self) -> StoreResult:
        """The figures with calls and seconds filled in."""
        self.result.tiktok_calls = self.tiktok.calls
        self.result.shopify_calls = self.shopify.calls
        self.result.shopify_points = self.shopify.points
        self.result.seconds = self.clock.monotonic() - self._began
        return self.result


@asynccontextmanager
async def open_session(runtime: Runtime, store: StoreRow, source: str) -> AsyncIterator[StoreSession]:
    """Open both clients of a store; stores share nothing, so that one's trouble stays its own."""
    async with (runtime.http or open_http)() as http:
        tiktok = await platforms.tiktok_client(runtime, store, http)
        shopify = await platforms.shopify_client(runtime, store, http)
        yield StoreSession(
            runtime=runtime, store=store, tiktok=tiktok, shopify=shopify, source=source, http=http
        )

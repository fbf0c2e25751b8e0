"""A store's clients kept open between messages, and opened anew when anything about the store changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from sqlalchemy.orm import Session

from connector.errors import UsageError
from connector.ledger import credentials, stores
from connector.ledger.stores import StoreRow
from connector.runtime import Runtime
from connector.services import platforms
from connector.services.counting import count_calls
from connector.services.prepare import SILENCE
from connector.services.session import StoreSession
from connector.shopify.client import ShopifyClient
from connector.shopify.connections import open_http
from connector.tiktok.client import TikTokClient

_BEAT_EVERY = timedelta(seconds=30)
_COUNT_EVERY = 5.0

Fingerprint = tuple[object, ...]


@dataclass(slots=True)
class _Opened:
    """Clients with what they were opened for; closed when nobody uses them and they are out of date."""

    fingerprint: Fingerprint
    http: httpx.AsyncClient
    tiktok: TikTokClient
    shopify: ShopifyClient
    users: int = 0
    outdated: bool = False
    counted: dict[str, int] = field(default_factory=dict)
    counted_at: float = 0.0


class WarmClients:
    """The clients of one store. Every session reads the store again, so that a change is noticed at once."""

    def __init__(self, runtime: Runtime, store_id: int) -> None:
        self._runtime = runtime
        self._store_id = store_id
        self._opened: _Opened | None = None

    @asynccontextmanager
    async def session(self) -> AsyncIterator[StoreSession]:
        """A session as fresh as a run's own, with clients that may have been used before.

        It notes that the ledger is in use and raises doubt after a silence, as a sync does. Raises UsageError
        for a store that is not there any more.
        """
        store, fingerprint = await self._read()
        opened = await self._current(store, fingerprint)
        session = StoreSession(
            runtime=self._runtime,
            store=store,
            tiktok=opened.tiktok,
            shopify=opened.shopify,
            source="webhook",
            http=opened.http,
        )
        opened.users += 1
        try:
            yield session
            opened.tiktok = session.tiktok
        finally:
            await self._count(opened, session)
            opened.users -= 1
            await _close_if_done(opened)

    async def close(self) -> None:
        """Close the connections as soon as nobody uses them."""
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.outdated = True
            await _close_if_done(opened)

    async def _read(self) -> tuple[StoreRow, Fingerprint]:
        database, now = self._runtime.database, self._runtime.clock.now()
        store, fingerprint = await database.run_read(_store_now, store_id=self._store_id)
        if store.beat_at is None or now - store.beat_at > _BEAT_EVERY:
            await database.run(stores.beat, store_id=store.id, now=now, silence=SILENCE)
            store, fingerprint = await database.run_read(_store_now, store_id=self._store_id)
        return store, fingerprint

    async def _current(self, store: StoreRow, fingerprint: Fingerprint) -> _Opened:
        if self._opened is not None and self._opened.fingerprint == fingerprint:
            return self._opened
        await self.close()
        http = (self._runtime.http or open_http)()
        try:
            tiktok = await platforms.tiktok_client(self._runtime, store, http)
            shopify = await platforms.shopify_client(self._runtime, store, http)
        except BaseException:
            await http.aclose()
            raise
        self._opened = _Opened(fingerprint, http, tiktok, shopify)
        return self._opened

    async def _count(self, opened: _Opened, session: StoreSession) -> None:
        """Calls are added to the counters now and then: once per message would cost a commit each."""
        now = self._runtime.clock.monotonic()
        if opened.outdated or now - opened.counted_at >= _COUNT_EVERY:
            opened.counted_at = now
            session.counted = opened.counted
            await count_calls(session)
            opened.counted = session.counted


async def _close_if_done(opened: _Opened) -> None:
    if opened.outdated and not opened.users:
        await opened.http.aclose()


def _store_now(session: Session, *, store_id: int) -> tuple[StoreRow, Fingerprint]:
    store = stores.find_store_by_id(session, store_id=store_id)
    if store is None:
        raise UsageError("The store was removed.")
    return store, (
        store.connected_at,
        store.tiktok_base_url,
        store.tiktok_auth_url,
        store.tiktok_shop_cipher,
        store.shopify_base_url,
        store.shopify_domain,
        store.shopify_api_version,
        *sorted(credentials.versions(session, store_id=store_id).items()),
    )

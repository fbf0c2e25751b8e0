"""The demo's webhooks: subscribed to as a merchant would, carried from the sandbox to the receiver."""

from types import TracebackType

import httpx

from connector.runtime import Runtime
from connector.sandbox.platforms import Platforms
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.webhooks.registration import register

_PATIENCE = 5.0


class Courier:
    """Delivers what the sandbox platforms have written, when it is told to."""

    def __init__(self, platforms: Platforms, receiver: str) -> None:
        self._platforms = platforms
        self._receiver = receiver
        self._http = httpx.Client(timeout=_PATIENCE, trust_env=False)

    def __enter__(self) -> "Courier":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    async def subscribe(self, runtime: Runtime) -> None:
        """Have every store's platforms send their webhooks to the receiver."""

        async def story(session: StoreSession) -> None:
            await register(session, self._receiver)

        # What happened before anybody subscribed was written for nobody.
        self._platforms.tiktok.outbox.waiting.clear()
        await over_stores(runtime, None, source="webhooks", story=story)

    def deliver(self) -> int:
        """Send everything that is due; gives how many webhooks the receiver took."""
        return self._platforms.deliver_webhooks(self._http)

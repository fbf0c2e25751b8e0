"""A store's story from TikTok to Shopify: fetch → validate → match → create → refresh.

How each step is run is passed in: the flows run each as a Prefect task, everybody else plainly.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from connector.services.backfill import finish_backfill, prepare_backfill
from connector.services.fetch import Reading, Window, update_window
from connector.services.pipeline import Pipeline
from connector.services.prepare import finish, prepare
from connector.services.process import Steps
from connector.services.refresh import refresh
from connector.services.session import StoreSession

PAGES_AT_ONCE = 10


async def _fetch(session: StoreSession, reading: Reading) -> int:
    return await reading.read(PAGES_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Story:
    """How the steps of a store's story are run."""

    fetch: Callable[[StoreSession, Reading], Awaitable[int]] = field(default=_fetch)
    steps: Steps = field(default_factory=Steps)
    refresh: Callable[[StoreSession], Awaitable[None]] = field(default=refresh)

    async def sync(self, session: StoreSession) -> None:
        """New and changed orders since the last time."""
        await prepare(session)
        window = await update_window(session)
        await self._bring_over(session, window)
        await self.refresh(session)
        await finish(session, window)

    async def backfill(self, session: StoreSession, window: Window) -> None:
        """Orders placed in a stretch of time; one that was stopped goes on where it was."""
        await prepare_backfill(session, window)
        await self._bring_over(session, window)
        await finish_backfill(session, window)

    async def _bring_over(self, session: StoreSession, window: Window) -> None:
        """Pages are read while the orders of earlier pages are taken to Shopify."""
        reading = Reading(session, window)
        async with Pipeline(session, self.steps) as pipeline:
            while not reading.ended:
                await self.fetch(session, reading)
                pipeline.tell()

"""Orders are taken to Shopify while further pages are still being read, so that neither platform waits."""

import asyncio
from types import TracebackType

from connector.services.process import Steps, process
from connector.services.session import StoreSession

_WORKERS = 2
"""While one batch is being created the next is validated and matched."""


class Pipeline:
    """Workers that process a store's due orders until the block ends and nothing is due any more.

    A failure in a worker or in the block ends all of them, and is raised; orders under way keep their
    outcome, orders not begun are given back.
    """

    def __init__(self, session: StoreSession, steps: Steps) -> None:
        self._session = session
        self._steps = steps
        self._news = asyncio.Event()
        self._arrivals = 0
        self._reading = True
        self._workers = asyncio.TaskGroup()

    async def __aenter__(self) -> "Pipeline":
        await self._workers.__aenter__()
        for _ in range(_WORKERS):
            self._workers.create_task(self._work())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._reading = False
        self._news.set()
        await self._workers.__aexit__(kind, error, trace)

    def tell(self) -> None:
        """About a batch of orders has arrived in the ledger: one worker looks for them."""
        self._arrivals += 1
        self._news.set()

    async def _work(self) -> None:
        while True:
            reading = self._reading
            if reading and not self._arrivals:
                # Whoever took what little is there already would pay for a whole batch.
                self._news.clear()
                await self._news.wait()
                continue
            self._arrivals = max(0, self._arrivals - 1)
            if not await process(self._session, steps=self._steps) and not reading:
                return

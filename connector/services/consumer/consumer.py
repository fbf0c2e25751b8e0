"""The consumer: looks which stores have messages, and lets each store's desk work on its own.

Several consumers, in one process or on several machines, share the work by claims.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from functools import partial

from connector.errors import ConnectorError
from connector.ledger import inbox, messages, stores
from connector.runtime import Runtime
from connector.services.consumer.desk import StoreDesk
from connector.services.consumer.news import News
from connector.services.consumer.observing import Observe, nobody
from connector.services.prepare import SILENCE
from connector.services.unforeseen import as_spoken
from connector.services.validate import warm_up

_log = logging.getLogger(__name__)

_BEAT_EVERY = 20.0
_PATIENCE = 20.0
"""Real seconds that the batches under way are given to end once the consumer is told to stop."""
_AFTER_A_FAILURE = 1.0
_KEPT = timedelta(days=30)
"""How long a message that is done is remembered, so that its repetition is known as one."""
_PRUNE_EVERY = timedelta(hours=1)


class Consumer:
    """Takes webhooks from the inbox to Shopify until it is told to stop.

    `observe` is told how long things took; see `connector.services.consumer.observing`.
    """

    def __init__(self, runtime: Runtime, *, observe: Observe | None = None) -> None:
        self._runtime = runtime
        self._observe = observe or nobody
        self._desks: dict[int, StoreDesk] = {}
        self._working: dict[int, asyncio.Task[None]] = {}
        self._pruned_at = runtime.clock.now() - _PRUNE_EVERY

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then end the batches under way, or give back what they hold.

        A database or platform that cannot be reached is waited for. The libraries that validate are loaded
        meanwhile, so that the first order does not wait for them.
        """
        helpers = [asyncio.create_task(self._keep_beating()), asyncio.create_task(_load_libraries())]
        try:
            async with News(self._runtime.database) as news:
                stopping = asyncio.create_task(_wake_when(stop, news))
                helpers.append(stopping)
                while not stop.is_set():
                    await self._start_desks(stop, news)
                    await news.wait()
        finally:
            await self._end()
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _start_desks(self, stop: asyncio.Event, news: News) -> None:
        """Let the desk of each store that has messages, and is not at work, begin."""
        try:
            due = await self._runtime.database.run_read(messages.due_stores, now=self._runtime.clock.now())
        except Exception as error:  # noqa: BLE001  whatever it is, the next look may go well
            _log.warning("the inbox cannot be read: %s", as_spoken(error))
            await asyncio.sleep(_AFTER_A_FAILURE)
            return
        for store_id in due - self._working.keys():
            desk = self._desks.setdefault(store_id, StoreDesk(self._runtime, store_id, self._observe))
            task = asyncio.create_task(self._work(desk, stop))
            self._working[store_id] = task
            task.add_done_callback(partial(self._ended, store_id, news))

    def _ended(self, store_id: int, news: News, _task: asyncio.Task[None]) -> None:
        self._working.pop(store_id, None)
        # A message may have come between the desk's last look and now.
        news.wake()

    async def _work(self, desk: StoreDesk, stop: asyncio.Event) -> None:
        try:
            await desk.work(stop)
        except Exception as error:  # noqa: BLE001  the other stores' work goes on, and this one's soon again
            _log.error("webhooks of a store wait: %s", as_spoken(error))
            await asyncio.sleep(_AFTER_A_FAILURE)

    async def _end(self) -> None:
        """Let the batches under way end; those that do not in time are given back."""
        working = list(self._working.values())
        if working:
            _, late = await asyncio.wait(working, timeout=_PATIENCE)
            for task in late:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
        closing = (desk.close(_PATIENCE) for desk in self._desks.values())
        await asyncio.gather(*closing, return_exceptions=True)

    async def _keep_beating(self) -> None:
        """Note for each store that the ledger is in use, and forget what was done long ago.

        Without it, the first order after a quiet while would have to be looked for on Shopify.
        """
        while True:
            try:
                await self._beat()
            except Exception as error:  # noqa: BLE001  whatever it is, the next beat may go well
                _log.warning("that the ledger is in use cannot be noted: %s", as_spoken(error))
            await asyncio.sleep(_BEAT_EVERY)

    async def _beat(self) -> None:
        database, now = self._runtime.database, self._runtime.clock.now()
        active = await database.run_read(stores.list_stores, active_only=True)
        for store in active:
            await database.run(stores.beat, store_id=store.id, now=now, silence=SILENCE)
        await self._forget_desks({store.id for store in active})
        if now - self._pruned_at >= _PRUNE_EVERY:
            self._pruned_at = now
            while await database.run(inbox.prune, before=now - _KEPT):
                pass

    async def _forget_desks(self, active: set[int]) -> None:
        """Close the connections to stores that were paused or removed."""
        for store_id in self._desks.keys() - active - self._working.keys():
            await self._desks.pop(store_id).close(0.0)


async def _wake_when(stop: asyncio.Event, news: News) -> None:
    await stop.wait()
    news.wake()


async def _load_libraries() -> None:
    with suppress(ConnectorError):
        await warm_up()

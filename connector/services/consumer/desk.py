"""One store's messages, worked on batch by batch: what is there is taken, nothing waits for more to come."""

import asyncio
import logging
import secrets as randomness
from collections.abc import Sequence
from contextlib import suppress

from connector.errors import ConnectorError, LedgerUnavailable
from connector.ledger import messages, stores
from connector.ledger.messages import Message, Settled
from connector.runtime import Runtime
from connector.services.consumer.clients import WarmClients
from connector.services.consumer.groups import grouped, handle
from connector.services.consumer.holding import kept
from connector.services.consumer.observing import Observe
from connector.services.consumer.retries import MOST_TRIES, given_up, once_more, when_store_is_well
from connector.services.follow_up import follow_up
from connector.services.stores_run import note_failure
from connector.services.unforeseen import as_spoken

_log = logging.getLogger(__name__)

_BATCH = 400
"""Messages at once; validation costs about the same for one order as for hundreds."""


class StoreDesk:
    """Works on the messages of one store for as long as there are any; one `work` at a time."""

    def __init__(self, runtime: Runtime, store_id: int, observe: Observe) -> None:
        self._runtime = runtime
        self._store_id = store_id
        self._observe = observe
        self._owner = f"consumer-{randomness.token_hex(8)}"
        self._clients = WarmClients(runtime, store_id)
        self._failures = 0
        self._following: asyncio.Task[None] | None = None
        self._follow_again = False

    async def work(self, stop: asyncio.Event) -> None:
        """Until nothing of the store is due any more, or `stop` after the batch under way.

        Raises LedgerUnavailable when the database is gone; leases that could not be given back run out.
        """
        while not stop.is_set() and (batch := await self._claim()):
            async with kept(self._runtime, self._owner, batch):
                await self._settle([given_up(each) for each in batch if each.attempts > MOST_TRIES])
                for group in grouped([each for each in batch if each.attempts <= MOST_TRIES]):
                    await self._settle(await self._tried(group))

    async def close(self, patience: float) -> None:
        """Let what is under way on Shopify end within so many real seconds, then close the connections.

        What does not end in time is cut off: the scheduled sync does it again.
        """
        if self._following is not None:
            await asyncio.wait({self._following}, timeout=patience)
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._clients.close()

    async def _claim(self) -> list[Message]:
        return await self._runtime.database.run(
            messages.claim,
            store_id=self._store_id,
            owner=self._owner,
            now=self._runtime.clock.now(),
            limit=_BATCH,
        )

    async def _settle(self, settled: Sequence[Settled]) -> None:
        now = self._runtime.clock.now()
        await self._runtime.database.run(messages.settle, owner=self._owner, settled=settled, now=now)

    async def _tried(self, group: list[Message]) -> list[Settled]:
        """How the messages of a group end; one that cannot be worked on never takes the others with it."""
        try:
            async with self._clients.session() as session:
                settled = await handle(session, group, self._observe)
            self._failures = 0
            self._follow_up()
            return settled
        except Exception as error:
            spoken = as_spoken(error)
            if isinstance(spoken, LedgerUnavailable):
                raise spoken from error
            if isinstance(spoken, ConnectorError):
                return await self._put_off(group, spoken)
            if len(group) > 1:
                return [each for message in group for each in await self._tried([message])]
            _log.error("a webhook could not be handled: %s", spoken)
            return [once_more(group[0], self._runtime.clock.now(), str(spoken))]

    async def _put_off(self, group: list[Message], error: ConnectorError) -> list[Settled]:
        self._failures += 1
        await self._note(error)
        return when_store_is_well(group, self._runtime.clock.now(), self._failures, error)

    async def _note(self, error: Exception) -> None:
        store = await self._runtime.database.run_read(stores.find_store_by_id, store_id=self._store_id)
        if store is not None:
            await note_failure(self._runtime, store, error)

    def _follow_up(self) -> None:
        """Cancel and fulfil on Shopify what follows, beside the messages: it may take a minute each."""
        self._follow_again = True
        if self._following is None or self._following.done():
            self._following = asyncio.create_task(self._keep_following())

    async def _keep_following(self) -> None:
        """What fails stays in the ledger, and the scheduled sync does it."""
        while self._follow_again:
            self._follow_again = False
            try:
                async with self._clients.session() as session:
                    await follow_up(session)
            except Exception as error:  # noqa: BLE001  it is noted; the messages go on
                spoken = as_spoken(error)
                if isinstance(spoken, LedgerUnavailable):
                    return
                with suppress(LedgerUnavailable):
                    await self._note(spoken)

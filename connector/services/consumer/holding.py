"""Messages are held while they are worked on: renewed on time, given back when they were not settled."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from connector.errors import LedgerUnavailable
from connector.ledger import messages
from connector.ledger.messages import LEASE_SECONDS, Message
from connector.runtime import Runtime

_RENEW_EVERY = timedelta(seconds=LEASE_SECONDS / 4)
_LOOK_EVERY = 1.0
"""Real seconds between looks at the clock."""


@asynccontextmanager
async def kept(runtime: Runtime, owner: str, batch: Sequence[Message]) -> AsyncIterator[None]:
    """Renew the leases until the block ends, then give back what has no end yet.

    A lease that runs out all the same does no harm: orders have leases of their own, and a message that
    somebody else holds by then is not settled by us.
    """
    ids = [message.id for message in batch]
    renewing = asyncio.create_task(_keep_renewing(runtime, owner, ids))
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        with suppress(LedgerUnavailable):
            await asyncio.shield(runtime.database.run(messages.release, owner=owner, message_ids=ids))


async def _keep_renewing(runtime: Runtime, owner: str, ids: Sequence[int]) -> None:
    renewed_at = runtime.clock.now()
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        now = runtime.clock.now()
        if now - renewed_at >= _RENEW_EVERY:
            with suppress(LedgerUnavailable):
                await runtime.database.run(messages.renew, owner=owner, message_ids=ids, now=now)
                renewed_at = now

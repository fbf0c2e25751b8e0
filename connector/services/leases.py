"""Holding orders while they are worked on: claimed, renewed on time, dropped when lost."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from connector.ledger import claims
from connector.services.batch import Batch
from connector.services.session import StoreSession

LEASE_SECONDS = 120
_RENEW_EVERY = LEASE_SECONDS / 4


async def claim(session: StoreSession, *, limit: int, order_ids: Sequence[str] | None = None) -> Batch:
    """Take up to `limit` due orders of the store, newest first; only the named ones when ids are given."""
    claimed = await session.database.run(
        claims.claim_due,
        store_id=session.store.id,
        owner=session.owner,
        now=session.clock.now(),
        lease_seconds=LEASE_SECONDS,
        limit=limit,
        order_ids=order_ids,
    )
    return Batch(claimed)


@asynccontextmanager
async def held(session: StoreSession, batch: Batch) -> AsyncIterator[None]:
    """Renew the batch's leases until the block ends, then give back what has no outcome."""
    renewing = asyncio.create_task(_keep_renewing(session, batch))
    try:
        yield
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        await asyncio.shield(_give_back(session, batch))


async def _keep_renewing(session: StoreSession, batch: Batch) -> None:
    while True:
        await asyncio.sleep(_RENEW_EVERY)
        await renew(session, batch)


async def renew(session: StoreSession, batch: Batch) -> None:
    """Prolong the leases; orders that somebody else took in the meantime leave the batch."""
    pks = [each.pk for each in batch.live]
    if pks:
        ours = await session.database.run(
            claims.renew,
            owner=session.owner,
            order_pks=pks,
            now=session.clock.now(),
            lease_seconds=LEASE_SECONDS,
        )
        batch.drop(set(pks) - ours)


async def _give_back(session: StoreSession, batch: Batch) -> None:
    pks = [each.pk for each in batch.live]
    if pks:
        await session.database.run(claims.release, owner=session.owner, order_pks=pks)
        batch.drop(pks)

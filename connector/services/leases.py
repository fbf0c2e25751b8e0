"""Holding orders while they are worked on: claimed, renewed on time, dropped when lost.

A process can stand still at any instruction, for longer than its leases last: a laptop that sleeps, a machine
that is moved. So whether an order is still ours is asked once more at the last moment before its request
leaves (`assure`).
"""

import asyncio
import secrets as randomness
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from connector.errors import LeaseLost, LedgerUnavailable
from connector.ledger import claims
from connector.services.batch import Batch
from connector.services.session import StoreSession

LEASE_SECONDS = 120
_RENEW_EVERY = timedelta(seconds=LEASE_SECONDS / 4)
_LOOK_EVERY = 1.0
"""Real seconds between looks at the clock, so that leases are renewed at once after a standstill."""
_MARGIN = timedelta(seconds=LEASE_SECONDS / 2)
"""A request leaves only while its lease lasts this much longer: room for clocks of machines that differ, and
for the request itself. Renewed on time, three quarters of a lease are always left."""


async def claim(session: StoreSession, *, limit: int, order_ids: Sequence[str] | None = None) -> Batch:
    """Take up to `limit` due orders of the store, newest first; only the named ones when ids are given."""
    now, owner = session.clock.now(), f"{session.owner}-{randomness.token_hex(4)}"
    claimed = await session.database.run(
        claims.claim_due,
        store_id=session.store.id,
        owner=owner,
        now=now,
        lease_seconds=LEASE_SECONDS,
        limit=limit,
        order_ids=order_ids,
    )
    return Batch(claimed, owner=owner, held_until=now + timedelta(seconds=LEASE_SECONDS))


def assure(session: StoreSession, batch: Batch, pk: int) -> None:
    """Raise LeaseLost unless the order is surely still the batch's for a while."""
    if not batch.holds(pk, until=session.clock.now() + _MARGIN):
        raise LeaseLost("The order's lease may have run out: its request was not sent.")


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
    renewed_at = session.clock.now()
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        if session.clock.now() - renewed_at >= _RENEW_EVERY:
            # An unreachable ledger is asked again; should the leases run out meanwhile, nothing is sent.
            with suppress(LedgerUnavailable):
                await renew(session, batch)
                renewed_at = session.clock.now()


async def renew(session: StoreSession, batch: Batch) -> None:
    """Prolong the leases; orders that somebody else took in the meantime leave the batch."""
    pks, now = [each.pk for each in batch.live], session.clock.now()
    if pks:
        ours = await session.database.run(
            claims.renew, owner=batch.owner, order_pks=pks, now=now, lease_seconds=LEASE_SECONDS
        )
        batch.drop(set(pks) - ours)
        batch.prolong(ours, now + timedelta(seconds=LEASE_SECONDS))


async def _give_back(session: StoreSession, batch: Batch) -> None:
    pks = [each.pk for each in batch.live]
    if pks:
        await session.database.run(claims.release, owner=batch.owner, order_pks=pks)
        batch.drop(pks)

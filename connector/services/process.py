"""The one function that takes a store's due orders to Shopify, and its steps in their order.

Whoever has orders to bring over ends here: the scheduled flow, Fetch Order, a backfill, a webhook consumer.
The steps are passed in, so that the flow can run each as a Prefect task and everybody else plainly.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from connector.errors import NeedsReauthorization, OrderLimitReached, TemporaryError
from connector.ledger.outcomes import Blocked, Waiting
from connector.services import backoff
from connector.services.batch import Batch
from connector.services.create import create
from connector.services.leases import claim, held
from connector.services.look_up import look_up
from connector.services.match import match
from connector.services.recording import record
from connector.services.session import StoreSession
from connector.services.validate import validate
from models.state import Reason, ReasonCode

Step = Callable[[StoreSession, Batch], Awaitable[object]]

BATCH_SIZE = 1000
"""Validation costs about the same for one order as for a thousand, so batches are large."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How each step of the story is run."""

    look_up: Step = field(default=look_up)
    validate: Step = field(default=validate)
    match: Step = field(default=match)
    create: Step = field(default=create)


async def process(
    session: StoreSession,
    *,
    order_ids: Sequence[str] | None = None,
    steps: Steps | None = None,
    limit: int = BATCH_SIZE,
) -> int:
    """Bring due orders of a store to Shopify, newest first; gives how many were taken on.

    Every order taken on ends with an outcome in the ledger, or is given back untouched when the store itself
    is at fault, in which case the error is raised.
    """
    if session.full:
        return 0
    batch = await claim(session, limit=limit, order_ids=order_ids)
    taken = len(batch)
    if taken:
        async with held(session, batch):
            await _take_through(session, batch, steps or Steps())
    return taken


async def process_all(
    session: StoreSession, *, order_ids: Sequence[str] | None = None, steps: Steps | None = None
) -> None:
    """`process` until nothing of the store is due any more."""
    while await process(session, order_ids=order_ids, steps=steps):
        pass


async def _take_through(session: StoreSession, batch: Batch, steps: Steps) -> None:
    try:
        for step in (steps.look_up, steps.validate, steps.match, steps.create):
            if len(batch):
                await step(session, batch)
    except OrderLimitReached as error:
        await _wait(session, batch, error)
        session.full = True
    except TemporaryError as error:
        await _wait(session, batch, error)
        raise
    except NeedsReauthorization as error:
        await _block(session, batch, error)
        raise


async def _block(session: StoreSession, batch: Batch, error: NeedsReauthorization) -> None:
    """Shopify refuses the credentials: its orders say so; those that may exist there stay to be looked up.

    For TikTok's orders nothing is wrong with what is known of them: they are given back as they were.
    """
    if error.platform != "shopify":
        return
    reason = Reason(ReasonCode.NEEDS_REAUTHORIZATION, "Shopify refused the store's credentials")
    unsent = [each for each in batch.live if each.pk not in batch.sent and not each.claimed.open_attempt]
    await record(session, batch, [Blocked(each.pk, reason) for each in unsent])


async def _wait(session: StoreSession, batch: Batch, error: TemporaryError) -> None:
    """The store cannot be worked on now: its orders wait, each with its next try set."""
    now = session.clock.now()
    code = ReasonCode.TIKTOK_UNAVAILABLE if error.platform == "tiktok" else ReasonCode.SHOPIFY_UNAVAILABLE
    unsent = [each for each in batch.live if each.pk not in batch.sent]
    await record(
        session,
        batch,
        [
            Waiting(
                each.pk,
                Reason(ReasonCode.OUTCOME_UNKNOWN if each.claimed.open_attempt else code, str(error)),
                next_try_at=backoff.next_try(now, each.claimed.attempts, error.retry_after),
            )
            for each in unsent
        ],
    )

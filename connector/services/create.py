"""Creating orders on Shopify, each exactly once, whatever breaks on the way.

The order of things is the promise: an attempt is committed before its request leaves, and an attempt whose
answer is not known keeps its order from being sent again until it has been looked up.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from connector.errors import ConnectorError, LeaseLost
from connector.ledger import outcomes
from connector.ledger.outcomes import Blocked, Created, Outcome, Waiting
from connector.mapping.address import seller_ships
from connector.services import backoff
from connector.services.batch import Batch, Candidate
from connector.services.concessions import Concession, concede, scrubbed, verdict_on_refusal
from connector.services.gate import Gate
from connector.services.leases import LEASE_SECONDS, assure
from connector.services.look_up import find_on_shopify, linked
from connector.services.recording import OutcomeWriter
from connector.services.session import StoreSession
from connector.shopify.results import CreateResult, Made, NotMade
from models.state import Reason, ReasonCode

_GROUP = 50
_IN_FLIGHT = 100
"""Requests under way per store: enough to fill a Plus store's bucket at 250 ms an answer."""
_DEVELOPMENT_STORE_WAIT = 15.0
"""Seconds after "Too many attempts": development stores take five orders a minute (Shopify reference 2)."""


async def create(session: StoreSession, batch: Batch) -> None:
    """Send every ready order of the batch; each that was sent leaves it with an outcome.

    Raises NeedsReauthorization, AccessDenied or TemporaryError when the store itself is at fault; orders that
    were not sent stay in the batch untouched.
    """
    gate = Gate(_IN_FLIGHT)
    async with OutcomeWriter(session, batch) as writer, asyncio.TaskGroup() as sending:
        for group in _groups(batch.ready):
            await gate.enter(len(group))
            if gate.closed:
                break
            begun = await _begin(session, batch, group)
            gate.leave(len(group) - len(begun))
            for candidate in begun:
                sending.create_task(_send(session, batch, candidate, writer, gate))
    gate.raise_why()


def _groups(ready: list[Candidate]) -> Iterator[Sequence[Candidate]]:
    """The orders a group at a time; the list is emptied, so that orders that are done take no room."""
    while ready:
        yield ready[:_GROUP]
        del ready[:_GROUP]


async def _begin(session: StoreSession, batch: Batch, group: Sequence[Candidate]) -> list[Candidate]:
    """Commit an attempt for each order that is still ours; only those may be sent."""
    now = session.clock.now()
    numbers = await session.database.run(
        outcomes.begin_attempts,
        owner=batch.owner,
        now=now,
        attempts=[(each.pk, each.shopify_order.payload_hash) for each in group if each.shopify_order],
        lease_seconds=LEASE_SECONDS,
    )
    batch.prolong(numbers, now + timedelta(seconds=LEASE_SECONDS))
    batch.sent.update(numbers)
    batch.drop([each.pk for each in group if each.pk not in numbers])
    return [each for each in group if each.pk in numbers]


async def _send(
    session: StoreSession, batch: Batch, candidate: Candidate, writer: OutcomeWriter, gate: Gate
) -> None:
    try:
        writer.put(await _outcome(session, batch, candidate, gate))
    except LeaseLost:
        # Nothing has left; written only if the order is ours after all.
        writer.put(Waiting(candidate.pk, None, next_try_at=session.clock.now(), attempt="not_made"))
    finally:
        gate.leave(1)


async def _outcome(session: StoreSession, batch: Batch, candidate: Candidate, gate: Gate) -> Outcome:
    assert candidate.shopify_order is not None
    assert candidate.order is not None
    tiktok_ships = not seller_ships(candidate.order)
    order_input: Mapping[str, Any] = candidate.shopify_order.input
    conceded: list[Concession] = []
    while True:
        result = await session.shopify.create_order(
            order_input,
            candidate.shopify_order.options,
            before_sending=lambda: assure(session, batch, candidate.pk),
        )
        if not (isinstance(result, NotMade) and result.kind == "refused"):
            return _settled(session, candidate, result, conceded, gate)
        step = concede(order_input, result, conceded, tiktok_ships=tiktok_ships)
        if step is None:
            return await _refused(session, candidate, result)
        if not await _begin_again(session, batch, candidate):
            return Waiting(candidate.pk, None, next_try_at=session.clock.now(), attempt="not_made")
        conceded.append(step.kind)
        order_input = step.order_input


async def _refused(session: StoreSession, candidate: Candidate, refusal: NotMade) -> Outcome:
    """Shopify may refuse an order because it has it already: then it is found and linked."""
    if not refusal.identifier_taken:
        return verdict_on_refusal(candidate, refusal, session.clock.now())
    order_id = candidate.claimed.tiktok_order_id
    try:
        found = (await find_on_shopify(session, [order_id]))[order_id]
    except ConnectorError:
        found = []
    if found:
        return linked(candidate.claimed, found)
    reason = Reason(ReasonCode.OUTCOME_UNKNOWN, "Shopify says that it has this order already")
    return Waiting(candidate.pk, reason, next_try_at=session.clock.now(), attempt="unknown")


async def _begin_again(session: StoreSession, batch: Batch, candidate: Candidate) -> bool:
    """Close the refused attempt and open the next one, for the same order with less in it."""
    return bool(await _begin(session, batch, [candidate]))


def _settled(
    session: StoreSession, candidate: Candidate, result: CreateResult, conceded: list[Concession], gate: Gate
) -> Outcome:
    now = session.clock.now()
    match result:
        case Made(order_id=order_id, name=name):
            gate.well()
            notes = [
                *(f"without {each}" for each in conceded),
                *result.notes,
                *_difference(candidate, result),
            ]
            return Created(
                candidate.pk,
                shopify_order_id=order_id,
                shopify_order_name=name,
                linked=False,
                detail="; ".join(scrubbed(note) for note in notes),
                attempt="made",
                followup="fulfil"
                if candidate.shopify_order and candidate.shopify_order.fulfil_units
                else None,
            )
        case NotMade():
            return _not_made(session, candidate, result, gate)
        case _:
            return Waiting(
                candidate.pk,
                Reason(ReasonCode.OUTCOME_UNKNOWN, "the answer to its creation was lost"),
                next_try_at=now,
                attempt="unknown",
            )


def _difference(candidate: Candidate, made: Made) -> list[str]:
    """Shopify's own total is compared with what was sent; a difference stands in the order's history."""
    sent = candidate.shopify_order
    if sent is None or made.total is None or made.total == sent.total:
        return []
    return [f"Shopify shows {made.total} {sent.currency} where {sent.total} was sent"]


def _not_made(session: StoreSession, candidate: Candidate, result: NotMade, gate: Gate) -> Outcome:
    now = session.clock.now()
    gate.fail(result)
    if result.kind == "reauthorize":
        reason = Reason(ReasonCode.NEEDS_REAUTHORIZATION, "Shopify refused the store's credentials")
        return Blocked(candidate.pk, reason, attempt="not_made")
    if result.kind == "too_many_attempts":
        next_try = now + timedelta(seconds=result.retry_after or _DEVELOPMENT_STORE_WAIT)
    else:
        next_try = backoff.next_try(now, candidate.claimed.attempts, result.retry_after)
    reason = Reason(ReasonCode.SHOPIFY_UNAVAILABLE, result.message)
    return Waiting(candidate.pk, reason, next_try_at=next_try, attempt="not_made")

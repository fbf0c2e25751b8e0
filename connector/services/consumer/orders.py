"""TikTok's orders that messages name: read again, kept, and taken to Shopify at once.

Not the message is believed but what TikTok says when it is asked. Where its answer is older than the message,
TikTok's reads lag (reference 11.4): the message is tried again, and nothing ever goes back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from connector.errors import ConnectorError, LedgerUnavailable
from connector.ledger import aftersales, standings
from connector.ledger.messages import Message, Settled
from connector.ledger.standings import Standing
from connector.services.consumer.hints import Hint, hint_of
from connector.services.consumer.observing import Observe
from connector.services.consumer.retries import done, nothing, once_more, when_free
from connector.services.fetch import keep_orders
from connector.services.prepare import prepare
from connector.services.process import process
from connector.services.session import StoreSession
from connector.services.stores_run import note_failure
from models.state import OrderState


async def bring_orders(session: StoreSession, messages: Sequence[Message], observe: Observe) -> list[Settled]:
    """Bring over what these messages are about; gives how each of them ended.

    Raises what TikTok's client raises when the orders cannot be read; then none of the messages is settled.
    """
    hints = {message.id: hint_of(message) for message in messages}
    named = [hint for hint in hints.values() if hint is not None]
    settled = [nothing(each, "it names no order") for each in messages if hints[each.id] is None]
    if not named:
        return settled
    order_ids = list(dict.fromkeys(order_id for hint in named for order_id in hint.order_ids))
    await prepare(session)
    await keep_orders(
        session, await session.tiktok.order_details(order_ids), source=session.source, scheduled=True
    )
    requests = await _read_requests(session, named)
    before = await _standings(session, order_ids)
    await _take_over(session, before)
    after = await _standings(session, order_ids)
    _observe_created(session, named, before, after, observe)
    return settled + [_ending(session, hint, after, requests) for hint in named]


async def _standings(session: StoreSession, order_ids: Sequence[str]) -> dict[str, Standing]:
    return await session.database.run_read(
        standings.standings, store_id=session.store.id, order_ids=order_ids
    )


async def _read_requests(session: StoreSession, hints: Sequence[Hint]) -> set[tuple[str, str]]:
    """Put the returns and cancellations of these orders on record; gives the requests that are there now."""
    external_ids = [hint.request.external_id for hint in hints if hint.request is not None]
    if not external_ids:
        return set()
    for kind in ("return", "cancellation"):
        about = [hint for hint in hints if hint.request is not None and hint.request.kind == kind]
        await _read_feed(session, kind, [order_id for hint in about for order_id in hint.order_ids])
    return await session.database.run_read(
        standings.known_requests, store_id=session.store.id, external_ids=external_ids
    )


async def _read_feed(
    session: StoreSession, kind: Literal["return", "cancellation"], order_ids: Sequence[str]
) -> None:
    if not order_ids:
        return
    read = session.tiktok.returns if kind == "return" else session.tiktok.cancellations
    async for page in read(order_ids=order_ids):
        await session.database.run(
            aftersales.record_aftersales, store_id=session.store.id, kind=kind, items=page.items
        )


async def _take_over(session: StoreSession, before: Mapping[str, Standing]) -> None:
    """Take what is due to Shopify. A store that cannot take orders now has them waiting in the ledger, which
    tries them again by itself: the messages are not needed for that."""
    now = session.clock.now()
    due = [order_id for order_id, standing in before.items() if standing.is_due(now)]
    if not due:
        return
    try:
        await process(session, order_ids=due)
    except LedgerUnavailable:
        raise
    except ConnectorError as error:
        await note_failure(session.runtime, session.store, error)


def _observe_created(
    session: StoreSession,
    hints: Sequence[Hint],
    before: Mapping[str, Standing],
    after: Mapping[str, Standing],
    observe: Observe,
) -> None:
    now = session.clock.now()
    for hint in hints:
        for order_id in hint.order_ids:
            was, is_now = before.get(order_id), after.get(order_id)
            if was and is_now and was.state == OrderState.WAITING and is_now.state == OrderState.CREATED:
                observe("webhook_to_order", (now - hint.message.received_at).total_seconds())


def _ending(
    session: StoreSession,
    hint: Hint,
    after: Mapping[str, Standing],
    requests: set[tuple[str, str]],
) -> Settled:
    now = session.clock.now()
    missing = [order_id for order_id in hint.order_ids if order_id not in after]
    if missing:
        return once_more(hint.message, now, f"TikTok does not show order {missing[0]} yet")
    known = [after[order_id] for order_id in hint.order_ids]
    if any(_lags(hint, standing) for standing in known):
        return once_more(hint.message, now, "TikTok shows the order as it was before this message")
    if hint.request is not None and (hint.request.kind, hint.request.external_id) not in requests:
        return once_more(hint.message, now, f"TikTok does not show the {hint.request.kind} request yet")
    held = [standing for standing in known if standing.is_due(now) and standing.is_held(now)]
    if held:
        return when_free(hint.message, now, _earliest_end(held))
    return done(hint.message)


def _lags(hint: Hint, standing: Standing) -> bool:
    if hint.changed_at is None or standing.status == hint.status:
        return False
    return standing.updated_at < hint.changed_at


def _earliest_end(held: Sequence[Standing]) -> datetime | None:
    return min((each.lease_until for each in held if each.lease_until is not None), default=None)

"""Orders that may exist on Shopify already are looked for before anything is created.

In doubt is an order whose last request has no known outcome, and one made on TikTok before the instant from
which this ledger can vouch for itself: an earlier installation, or this one before its database was restored,
may have created it.
"""

from collections.abc import Sequence
from datetime import datetime

from connector.ledger.claims import Attempt, ClaimedOrder
from connector.ledger.outcomes import Created, Ignored, Looked, Outcome
from connector.mapping.order import identifier_value
from connector.services import backoff
from connector.services.batch import Batch, Candidate
from connector.services.recording import record
from connector.services.session import StoreSession
from connector.shopify.results import FoundOrder
from models.state import Reason, ReasonCode
from models.status import OrderStatus, status_from_tiktok

_EMPTY_LOOKS_NEEDED = 2


async def look_up(session: StoreSession, batch: Batch) -> None:
    """Link what exists; leave in the batch only orders that are surely not on Shopify."""
    doubtful = [each for each in batch.live if in_doubt(each.claimed, session.store.doubt_before)]
    if doubtful:
        found = await find_on_shopify(session, [each.claimed.tiktok_order_id for each in doubtful])
        verdicts = [_verdict(session, each, found.get(each.claimed.tiktok_order_id, [])) for each in doubtful]
        await record(session, batch, [verdict for verdict in verdicts if verdict is not None])


def in_doubt(claimed: ClaimedOrder, doubt_before: datetime) -> bool:
    """Whether this order may exist on Shopify without the ledger knowing."""
    return claimed.open_attempt is not None or claimed.created_at < doubt_before


async def find_on_shopify(session: StoreSession, order_ids: Sequence[str]) -> dict[str, list[FoundOrder]]:
    """Shopify orders by TikTok order id: the unique metafield (no index lag) and `sourceIdentifier`."""
    shop_id = session.store.tiktok_shop_id
    values = {identifier_value(shop_id, order_id): order_id for order_id in order_ids}
    by_metafield = await session.shopify.find_by_custom_ids(list(values))
    by_source = await session.shopify.find_by_source_identifiers(list(order_ids))
    found: dict[str, dict[str, FoundOrder]] = {order_id: {} for order_id in order_ids}
    for value, order in by_metafield.items():
        found[values[value]][order.id] = order
    for order_id, orders in by_source.items():
        found[order_id].update((order.id, order) for order in orders)
    return {order_id: list(orders.values()) for order_id, orders in found.items()}


def _verdict(session: StoreSession, candidate: Candidate, found: list[FoundOrder]) -> Outcome | None:
    if found:
        return linked(candidate.claimed, found)
    attempt = candidate.claimed.open_attempt
    if attempt is not None and not _surely_absent(attempt, session.clock.now()):
        looks = attempt.empty_looks + 1
        return Looked(candidate.pk, next_try_at=backoff.next_look(session.clock.now(), looks))
    if status_from_tiktok(candidate.claimed.raw.get("status")) == OrderStatus.CANCELLED:
        return Ignored(candidate.pk, Reason(ReasonCode.CANCELLED_BEFORE_CREATE), attempt="not_made")
    return None


def linked(claimed: ClaimedOrder, found: list[FoundOrder]) -> Created:
    """The order as found: the oldest that is not cancelled; others are named, never touched."""
    ranked = sorted(found, key=lambda order: (order.cancelled_at is not None, order.created_at, order.id))
    others = ", ".join(order.name for order in ranked[1:])
    detail = f"found on Shopify; also there: {others}" if others else "found on Shopify"
    return Created(
        claimed.pk,
        shopify_order_id=ranked[0].id,
        shopify_order_name=ranked[0].name,
        linked=True,
        detail=detail,
        attempt="made",
    )


def _surely_absent(attempt: Attempt, now: datetime) -> bool:
    """Two empty looks, this one at least the quiet period after the request ended (rule 9), or longer.

    A request whose owner died has ended when another one takes the order over and looks for the first time.
    """
    if attempt.empty_looks + 1 < _EMPTY_LOOKS_NEEDED:
        return False
    if attempt.ended_at is None:
        return False
    return now >= attempt.ended_at + backoff.quiet_after(attempt.number)

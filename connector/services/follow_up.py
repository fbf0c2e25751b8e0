"""What is still to be done on Shopify for orders that exist there: cancel them, or fulfil shipped units."""

from connector.errors import ConnectorError, TemporaryError
from connector.ledger import claims, followups
from connector.ledger.followups import Followup
from connector.mapping.projection import fulfilled_by
from connector.mapping.shipped import fulfilment_of
from connector.services import backoff
from connector.services.leases import LEASE_SECONDS
from connector.services.session import StoreSession
from connector.shopify.results import Tracking

_LIMIT = 100


async def follow_up(session: StoreSession) -> None:
    """Do what is due; a refusal is shown on the order and not repeated, a passing failure is tried again."""
    while due := await _claim(session):
        for each in due:
            if await _still_ours(session, each):
                await _one(session, each)


async def _claim(session: StoreSession) -> list[Followup]:
    return await session.database.run(
        followups.claim_followups,
        store_id=session.store.id,
        owner=session.owner,
        now=session.clock.now(),
        lease_seconds=LEASE_SECONDS,
        limit=_LIMIT,
    )


async def _still_ours(session: StoreSession, followup: Followup) -> bool:
    """Whether nobody has taken it over since it was claimed: those before it may have outlasted its lease."""
    return bool(
        await session.database.run(
            claims.renew,
            owner=session.owner,
            order_pks=[followup.pk],
            now=session.clock.now(),
            lease_seconds=LEASE_SECONDS,
        )
    )


async def _one(session: StoreSession, followup: Followup) -> None:
    try:
        status, message = await (
            _cancel(session, followup) if followup.kind == "cancel" else _fulfil(session, followup)
        )
    except ConnectorError as error:
        await _record(session, followup, "failed", str(error))
        if not isinstance(error, TemporaryError):
            raise
        return
    if await _record(session, followup, status, message) and followup.kind == "cancel":
        session.result.cancelled += status != "refused"


async def _cancel(session: StoreSession, followup: Followup) -> tuple[str, str]:
    """Stock goes back only where it was taken: not for what TikTok's warehouse ships."""
    taken = fulfilled_by(str(followup.raw.get("fulfillment_type") or "")) != "tiktok"
    answer = await session.shopify.cancel_order(followup.shopify_order_id, restock=taken)
    return answer.status, answer.message


async def _fulfil(session: StoreSession, followup: Followup) -> tuple[str, str]:
    units, number, company = fulfilment_of(followup.raw, followup.variant_by_sku_id)
    tracking = Tracking(number=number, company=company) if number else None
    answer = await session.shopify.fulfil_units(followup.shopify_order_id, units, tracking)
    return answer.status, answer.message


async def _record(session: StoreSession, followup: Followup, outcome: str, message: str) -> bool:
    now = session.clock.now()
    return await session.database.run(
        followups.record_followup,
        owner=session.owner,
        pk=followup.pk,
        kind=followup.kind,
        outcome=outcome,
        detail=message,
        now=now,
        next_try_at=backoff.next_try(now, followup.attempts) if outcome == "failed" else None,
        source=session.source,
    )

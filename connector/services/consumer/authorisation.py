"""Messages about the authorisation: asked about before anything is done, as a late one may be out of date."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime

from connector.errors import NeedsReauthorization
from connector.ledger import credentials
from connector.ledger.messages import Message, Settled
from connector.services.consumer.retries import done, nothing
from connector.services.session import StoreSession
from connector.services.stores_run import note_failure
from connector.services.webhooks.envelopes import document_of
from models.times import from_unix

_DIGITS = re.compile(r"\d{9,12}")


async def deauthorized(session: StoreSession, message: Message) -> Settled:
    """TikTok says that the seller took the authorisation back: it is so when TikTok refuses us."""
    return await _verified(session, message, lambda: _ask_tiktok(session))


async def uninstalled(session: StoreSession, message: Message) -> Settled:
    """Shopify says that the app was uninstalled: it is so when Shopify refuses us."""

    async def ask() -> None:
        await session.shopify.shop()

    return await _verified(session, message, ask)


async def expiring(session: StoreSession, message: Message) -> Settled:
    """TikTok announces when the authorisation ends: kept for the doctor and the stores page, nothing else."""
    ends_at = _instant(document_of(message.body).get("data"))
    if ends_at is None or ends_at <= session.clock.now():
        return nothing(message, "it names no time that is still to come")
    await session.database.run(
        credentials.note_authorization_end, store_id=session.store.id, platform="tiktok", ends_at=ends_at
    )
    return done(message)


async def _verified(session: StoreSession, message: Message, ask: Callable[[], Awaitable[None]]) -> Settled:
    try:
        await ask()
    except NeedsReauthorization as error:
        await note_failure(session.runtime, session.store, error)
        return done(message)
    return nothing(message, "the authorisation still works")


async def _ask_tiktok(session: StoreSession) -> None:
    shops = await session.tiktok.authorized_shops()
    shop_id = session.store.tiktok_shop_id
    if shop_id and not any(str(shop.get("id")) == shop_id for shop in shops):
        raise NeedsReauthorization(
            f"TikTok Shop's authorisation does not cover shop {shop_id} any more: connect the store again.",
            platform="tiktok",
        )


def _instant(data: object) -> datetime | None:
    """`expiration_time`, which comes as text (reference 8.1)."""
    value = data.get("expiration_time") if isinstance(data, dict) else None
    if isinstance(value, str):
        value = int(value) if _DIGITS.fullmatch(value.strip()) else None
    return from_unix(value)

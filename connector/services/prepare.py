"""What a run needs before its first order, and what it notes after its last."""

from datetime import timedelta

from connector.ledger import outcomes, stores
from connector.services import pairing
from connector.services.facts import shopify_facts, tiktok_facts
from connector.services.fetch import ORDERS_STREAM, Window
from connector.services.session import StoreSession
from models.state import ReasonCode

SILENCE = timedelta(seconds=90)
"""A ledger that was not in use for longer than this may have missed what another copy of it did.

After a restore from a backup the last sync, and the last beat of a consumer, lie before the backup; orders
from the time between may exist on Shopify. A schedule of one minute stays below it.
"""


async def prepare(session: StoreSession) -> None:
    """Make sure that creating is safe for this store: the unique metafield exists, and doubt is raised where
    the ledger cannot vouch for itself."""
    await _learn_facts(session)
    await _ensure_identifier(session)
    await _raise_doubt_after_silence(session)
    await _free_after_reauthorization(session)


async def finish(session: StoreSession, window: Window) -> None:
    """Note that everything TikTok changed before the window's end is in the ledger."""
    if window.stream == ORDERS_STREAM:
        await session.database.run(
            stores.mark_alive,
            store_id=session.store.id,
            now=session.clock.now(),
            complete_up_to=window.end,
        )


async def _learn_facts(session: StoreSession) -> None:
    """A store that was added without a check is asked now who it is and which currency it sells in."""
    store = session.store
    if store.shopify_currency and store.tiktok_shop_id:
        return
    of_tiktok = await tiktok_facts(
        session.tiktok, shop_id=store.tiktok_shop_id, shop_cipher=store.tiktok_shop_cipher
    )
    values = {**await shopify_facts(session.shopify), **of_tiktok}
    await session.rename_shop(await session.database.run(pairing.learn_facts, store=store, facts=values))


async def _ensure_identifier(session: StoreSession) -> None:
    """The definition must exist before the first order, or the order's metafield would not be unique."""
    if session.store.identifier_ready_at is None:
        await session.shopify.ensure_identifier_definition()
        session.store = await session.database.run(
            stores.update_store,
            store_id=session.store.id,
            values={"identifier_ready_at": session.clock.now()},
        )


async def _raise_doubt_after_silence(session: StoreSession) -> None:
    now = session.clock.now()
    if now - session.store.last_sign_of_life > SILENCE:
        await session.database.run(stores.raise_doubt, store_id=session.store.id, before=now)
        session.store = await session.database.run_read(stores.store_by_id, store_id=session.store.id)


async def _free_after_reauthorization(session: StoreSession) -> None:
    """Orders blocked for refused credentials go on as soon as Shopify answers again."""
    store_id, reasons = session.store.id, [ReasonCode.NEEDS_REAUTHORIZATION.value]
    if await session.database.run_read(outcomes.count_blocked, store_id=store_id, reasons=reasons):
        await session.shopify.shop()
        await session.database.run(
            outcomes.free_blocked,
            store_id=store_id,
            reasons=reasons,
            now=session.clock.now(),
            source=session.source,
        )

"""What people do on Shopify with orders of this connector: noted on the order's history, never undone."""

from connector.ledger import standings
from connector.ledger.messages import Message, Settled
from connector.services.consumer.products import gid_of
from connector.services.consumer.retries import done, nothing
from connector.services.session import StoreSession


async def note_shopify_order(session: StoreSession, message: Message) -> Settled:
    """Look at the order a webhook of Shopify names, and note that it was cancelled or deleted there.

    Raises what Shopify's client raises when it cannot be asked.
    """
    order_id = gid_of(message, "Order")
    if order_id is None:
        return nothing(message, "it names no order")
    store_id = session.store.id
    if not await session.database.run_read(standings.is_ours, store_id=store_id, shopify_order_id=order_id):
        return nothing(message, "it is not about an order of this connector")
    standing = await session.shopify.order_standing(order_id)
    await session.database.run(
        standings.note_what_people_did,
        store_id=store_id,
        shopify_order_id=order_id,
        is_there=standing.is_there,
        is_cancelled=standing.is_cancelled,
        now=session.clock.now(),
        source="shopify",
    )
    return done(message)

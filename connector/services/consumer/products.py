"""Products that changed on Shopify: their variants in the index are made right, and waiting orders go on."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from connector.ledger import freeing, rematching, variants
from connector.ledger.messages import Message, Settled
from connector.services.consumer.retries import done, nothing
from connector.services.prepare import prepare
from connector.services.process import process_all
from connector.services.session import StoreSession
from connector.services.webhooks.envelopes import document_of
from connector.shopify.results import VariantRow


async def refresh_products(session: StoreSession, messages: Sequence[Message]) -> list[Settled]:
    """Read these products again, each once, and take the orders to Shopify that this frees.

    Raises what the clients raise when the store cannot be worked on.
    """
    products = {message.id: gid_of(message, "Product") for message in messages}
    freed: list[str] = []
    for product_id in dict.fromkeys(filter(None, products.values())):
        rows = await session.shopify.variants_of_product(product_id)
        freed += await session.database.run(
            _renew,
            store_id=session.store.id,
            product_id=product_id,
            rows=rows or [],
            now=session.clock.now(),
        )
    if freed:
        await prepare(session)
        await process_all(session, order_ids=freed)
    return [
        done(message) if products[message.id] else nothing(message, "it names no product")
        for message in messages
    ]


def gid_of(message: Message, kind: str) -> str | None:
    """The gid of what a webhook of Shopify is about, from its plain number; None when it names none."""
    number = document_of(message.body).get("id")
    return f"gid://shopify/{kind}/{number}" if type(number) is int and number > 0 else None


def _renew(
    session: Session, *, store_id: int, product_id: str, rows: Sequence[VariantRow], now: datetime
) -> list[str]:
    """Replace the product's variants; gives the orders that were blocked for a SKU which changed with it."""
    keys = variants.keys_of_product(session, store_id=store_id, product_id=product_id)
    keys |= {key for row in rows if (key := variants.key_of(row))}
    before = rematching.sku_counts(session, store_id=store_id, keys=keys)
    variants.replace_product(session, store_id=store_id, product_id=product_id, rows=rows, now=now)
    after = rematching.sku_counts(session, store_id=store_id, keys=keys)
    changed = rematching.changed_keys(before, after)
    freed = rematching.freed_by(session, store_id=store_id, keys=changed)
    if freed:
        freeing.free_blocked(session, store_id=store_id, now=now, order_ids=freed, source="catalog")
    return freed

"""Which messages are worked on together, so that what one kind waits for does not keep another."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from connector.ledger.messages import Message, Settled
from connector.services.consumer.authorisation import deauthorized, expiring, uninstalled
from connector.services.consumer.observing import Observe
from connector.services.consumer.orders import bring_orders
from connector.services.consumer.products import refresh_products
from connector.services.consumer.retries import nothing
from connector.services.consumer.shopify_orders import note_shopify_order
from connector.services.session import StoreSession
from connector.services.webhooks import topics

Single = Callable[[StoreSession, Message], Awaitable[Settled]]

_ORDERS = "orders"
_PRODUCTS = "products"
_TOGETHER: Mapping[tuple[str, str], str] = {
    **{
        ("tiktok", topic): _ORDERS
        for topic in (
            topics.ORDER_STATUS,
            topics.ADDRESS,
            topics.PACKAGE,
            topics.CANCELLATION,
            topics.RETURN,
        )
    },
    **{
        ("shopify", topic): _PRODUCTS
        for topic in (topics.PRODUCTS_CREATE, topics.PRODUCTS_UPDATE, topics.PRODUCTS_DELETE)
    },
}
_ALONE: Mapping[tuple[str, str], Single] = {
    ("tiktok", topics.DEAUTHORIZED): deauthorized,
    ("tiktok", topics.EXPIRING): expiring,
    ("shopify", topics.ORDERS_CANCELLED): note_shopify_order,
    ("shopify", topics.ORDERS_DELETE): note_shopify_order,
    ("shopify", topics.ORDERS_UPDATED): note_shopify_order,
    ("shopify", topics.APP_UNINSTALLED): uninstalled,
}


def grouped(messages: Sequence[Message]) -> list[list[Message]]:
    """Orders together, products together, every other message by itself; orders first."""
    groups: dict[str, list[Message]] = {}
    for message in messages:
        name = _TOGETHER.get((message.platform, message.topic), f"alone {message.id}")
        groups.setdefault(name, []).append(message)
    return sorted(groups.values(), key=lambda group: group[0].id if group is not groups.get(_ORDERS) else 0)


async def handle(session: StoreSession, group: Sequence[Message], observe: Observe) -> list[Settled]:
    """Do what the messages of a group ask for; gives how each ended.

    Raises the errors of `connector.errors` when the store cannot be worked on.
    """
    first = (group[0].platform, group[0].topic)
    together = _TOGETHER.get(first)
    if together == _ORDERS:
        return await bring_orders(session, group, observe)
    if together == _PRODUCTS:
        return await refresh_products(session, group)
    single = _ALONE.get(first)
    if single is None:
        return [nothing(each, "the connector does not listen to this topic") for each in group]
    return [await single(session, each) for each in group]

"""Finds the one order that is meant."""

from typing import Any

from connector.errors import UsageError
from connector.ledger import stores
from connector.ledger.search import order_detail
from connector.runtime import Runtime


def find_one(runtime: Runtime, order_id: str, store: str | None) -> dict[str, Any]:
    """The order's document; raises UsageError when there is none, or one in several stores."""
    if store is not None:
        runtime.database.read(stores.get_store, name=store)
    found = runtime.database.read(order_detail, tiktok_order_id=order_id, store=store)
    if not found:
        where = f" in store {store}" if store else ""
        raise UsageError(
            f"No order {order_id[:64]!r} is in the database{where}; connector sync fetches new ones."
        )
    documents = [each.to_json() for each in found]
    if len(documents) > 1:
        names = ", ".join(sorted(document["store"] for document in documents))
        raise UsageError(f"Order {order_id} is in several stores ({names}); add --store NAME.")
    return documents[0]

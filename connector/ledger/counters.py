"""Numbers of a store that only grow, added to by every process that worked for it."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.ledger.tables import COUNTERS, STORES
from connector.ledger.upserts import insert_for

TIKTOK_CALLS = "tiktok_calls"
TIKTOK_THROTTLED = "tiktok_throttled"
SHOPIFY_CALLS = "shopify_calls"
SHOPIFY_THROTTLED = "shopify_throttled"
SHOPIFY_POINTS = "shopify_points"


def add(session: Session, *, store_id: int, amounts: Mapping[str, int]) -> None:
    """Add to a store's counters; those that do not exist yet begin at zero. Zeros write nothing."""
    # In one order everywhere, so that two processes never wait for each other's rows.
    rows = [
        {"store_id": store_id, "name": name, "value": amount}
        for name, amount in sorted(amounts.items())
        if amount
    ]
    if not rows:
        return
    statement = insert_for(session, COUNTERS)
    grown = COUNTERS.c.value + statement.excluded.value
    session.execute(
        statement.on_conflict_do_update(index_elements=["store_id", "name"], set_={"value": grown}), rows
    )


def totals(session: Session) -> list[tuple[str, str, int]]:
    """Every counter as (store's name, counter's name, value)."""
    query = (
        select(STORES.c.name, COUNTERS.c.name, COUNTERS.c.value)
        .join(STORES, STORES.c.id == COUNTERS.c.store_id)
        .order_by(STORES.c.name, COUNTERS.c.name)
    )
    return [(store, name, value) for store, name, value in session.execute(query)]

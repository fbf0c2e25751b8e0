"""Orders on Shopify that neither TikTok's list nor the ledger has in the stretch of time compared.

Most stand where a slice ends: Shopify dates them before it, TikTok after. All are judged by their ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.errors import AccessDenied
from connector.ledger import reconciliation
from connector.ledger.reconciliation import LedgerOrder
from connector.mapping.projection import order_id_of
from connector.services.look_up import find_on_shopify
from connector.services.session import StoreSession
from connector.shopify.results import FoundOrder
from models.state import OrderState
from models.times import from_unix


@dataclass(slots=True)
class Strangers:
    """What they turned out to be."""

    unexpected: list[str] = field(default_factory=list)
    """Ids that neither the ledger nor TikTok knows at any time."""
    unlisted: list[str] = field(default_factory=list)
    """Ids that TikTok knows in this very stretch though its list lacks them, and the ledger does not."""
    rivals: list[tuple[LedgerOrder, list[FoundOrder]]] = field(default_factory=list)
    """Orders of the ledger, dated elsewhere, that are on Shopify otherwise than the ledger says."""


async def judge(
    session: StoreSession, strangers: Mapping[str, Sequence[FoundOrder]], start: datetime, end: datetime
) -> Strangers:
    """Ask the ledger and TikTok for orders that were found on Shopify's side alone."""
    judged = Strangers()
    if not strangers:
        return judged
    known = await session.database.run_read(
        reconciliation.orders_by_id, store_id=session.store.id, order_ids=list(strangers)
    )
    unknown = [order_id for order_id in strangers if order_id not in known]
    placed = await _placed(session, unknown)
    judged.unexpected = [order_id for order_id in unknown if order_id not in placed]
    judged.unlisted = [each for each, at in placed.items() if at is not None and start <= at < end]
    judged.rivals = await _rivals(
        session, [row for order_id, row in known.items() if not _is_as_told(row, strangers[order_id])]
    )
    return judged


async def _placed(session: StoreSession, order_ids: Sequence[str]) -> dict[str, datetime | None]:
    """When TikTok says that these orders were placed; an order it does not know is left out."""
    if not order_ids:
        return {}
    try:
        found: list[dict[str, Any]] = await session.tiktok.order_details(order_ids)
    except AccessDenied:
        # TikTok may say so of orders that are not the shop's; its list was readable a moment ago.
        found = []
    return {order_id: from_unix(raw.get("create_time")) for raw in found if (order_id := order_id_of(raw))}


async def _rivals(
    session: StoreSession, rows: Sequence[LedgerOrder]
) -> list[tuple[LedgerOrder, list[FoundOrder]]]:
    if not rows:
        return []
    found = await find_on_shopify(session, [row.tiktok_order_id for row in rows])
    return [(row, found[row.tiktok_order_id]) for row in rows]


def _is_as_told(row: LedgerOrder, orders: Sequence[FoundOrder]) -> bool:
    """Whether the ledger knows of every one of these that is not cancelled."""
    live = {order.id for order in orders if order.cancelled_at is None}
    return live <= ({row.shopify_order_id} if row.state == OrderState.CREATED else set())

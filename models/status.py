"""What TikTok Shop says of an order, in the connector's words."""

from enum import StrEnum
from functools import lru_cache

from models.text import storable


class OrderStatus(StrEnum):
    """The statuses known today; a value TikTok adds later is kept as it came, lower-cased."""

    UNPAID = "unpaid"
    ON_HOLD = "on_hold"
    AWAITING_SHIPMENT = "awaiting_shipment"
    PARTIALLY_SHIPPING = "partially_shipping"
    AWAITING_COLLECTION = "awaiting_collection"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


UNKNOWN_STATUS = "unknown"
"""Shown for an order whose status TikTok left out or sent as something that is not text."""

FINAL_STATUSES = frozenset({OrderStatus.COMPLETED, OrderStatus.CANCELLED})
"""Statuses TikTok does not leave any more, so that they are not refreshed by id."""

SHIPPED_STATUSES = frozenset(
    {
        OrderStatus.AWAITING_COLLECTION,
        OrderStatus.IN_TRANSIT,
        OrderStatus.DELIVERED,
        OrderStatus.COMPLETED,
    }
)
"""Every unit has been arranged for shipping; an order imported like this is created as fulfilled."""

_WEBHOOK_SPELLINGS = {"cancel": OrderStatus.CANCELLED.value}


def status_from_tiktok(value: object) -> str:
    """The connector's status for TikTok's `status`: lower-cased, `CANCEL` (webhooks) read as `CANCELLED`."""
    return _status_of(value) if isinstance(value, str) else UNKNOWN_STATUS


@lru_cache(maxsize=256)
def _status_of(value: str) -> str:
    lowered = storable(value.strip().lower(), 64) or UNKNOWN_STATUS
    return _WEBHOOK_SPELLINGS.get(lowered, lowered)

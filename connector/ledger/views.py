"""An order as it is shown: the objects behind `orders list`, `orders show`, exports and the console."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connector.ledger.history import HistoryEntry
from models.state import Reason
from models.status import OrderStatus
from models.times import isoformat


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order of the list; times in UTC, the amount a decimal string."""

    pk: int
    store: str
    tiktok_order_id: str
    status: str
    state: str
    reason: Reason | None
    customer_name: str | None
    created_at: datetime
    updated_at: datetime
    paid_at: datetime | None
    delivered_at: datetime | None
    completed_at: datetime | None
    completed_by: str | None
    total_amount: str
    currency: str
    logistic_mode: str
    fulfilled_by: str
    items: int
    shopify_order_id: str | None
    shopify_order_name: str | None

    def to_json(self) -> dict[str, Any]:
        """The stable JSON shape of an order."""
        return {
            "store": self.store,
            "tiktok_order_id": self.tiktok_order_id,
            "status": self.status,
            "state": self.state,
            "reason": _reason_json(self.reason),
            "customer_name": self.customer_name,
            "created_at": isoformat(self.created_at),
            "updated_at": isoformat(self.updated_at),
            "paid_at": isoformat(self.paid_at),
            "delivered_at": isoformat(self.delivered_at),
            "completed_at": isoformat(self.completed_at),
            "completed_by": self.completed_by,
            "total": {"amount": self.total_amount, "currency": self.currency},
            "logistic_mode": self.logistic_mode,
            "fulfilled_by": self.fulfilled_by,
            "items": self.items,
            "shopify_order_id": self.shopify_order_id,
            "shopify_order_name": self.shopify_order_name,
        }


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page, newest first. `counts` are per status with `all`, whatever status was asked for."""

    orders: list[OrderView]
    next: str | None
    counts: dict[str, int]
    total: int

    def to_json(self) -> dict[str, Any]:
        """The stable JSON shape of a page."""
        return {
            "orders": [order.to_json() for order in self.orders],
            "next": self.next,
            "counts": self.counts,
            "total": self.total,
        }


@dataclass(frozen=True, slots=True)
class LineView:
    """The units of one SKU at one price, and the variant they are on Shopify."""

    seller_sku: str
    sku_name: str
    product_name: str
    product_id: str
    sku_id: str
    quantity: int
    unit_price: str
    variant_id: str | None
    matched_by: str | None

    def to_json(self) -> dict[str, Any]:
        """The stable JSON shape of a line."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with its lines, its history and sentences that explain it."""

    order: OrderView
    lines: list[LineView]
    history: list[HistoryEntry]
    explanation: list[str]

    def to_json(self) -> dict[str, Any]:
        """The stable JSON shape of an order shown singly."""
        return {
            **self.order.to_json(),
            "lines": [line.to_json() for line in self.lines],
            "history": [
                {"at": isoformat(each.at), "event": each.event, "source": each.source, "detail": each.detail}
                for each in self.history
            ],
            "explanation": self.explanation,
        }


def sorted_counts(by_status: Mapping[str, int]) -> dict[str, int]:
    """Counts with `all` first, then statuses in the order an order goes through them, then unknown ones."""
    known = [status.value for status in OrderStatus if status in by_status]
    unknown: Sequence[str] = sorted(set(by_status) - set(known))
    return {"all": sum(by_status.values()), **{status: by_status[status] for status in (*known, *unknown)}}


def _reason_json(reason: Reason | None) -> dict[str, str] | None:
    if reason is None:
        return None
    return {"code": str(reason.code), "detail": reason.detail, "fix": reason.fix}

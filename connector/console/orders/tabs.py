"""What stands above the list: a tab for each status, and a chip for each filter that is set."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.console.orders.view import View
from connector.console.wording import party, reason_words, words
from models.status import OrderStatus

_ALWAYS = (
    OrderStatus.AWAITING_SHIPMENT,
    OrderStatus.AWAITING_COLLECTION,
    OrderStatus.IN_TRANSIT,
    OrderStatus.DELIVERED,
    OrderStatus.COMPLETED,
)
"""Statuses with a tab even while they have no order."""

_LABELS = {
    "search": "Search",
    "status": "Status",
    "store": "Store",
    "state": "State",
    "reason": "Reason",
    "logistic_mode": "Logistic mode",
    "fulfilled_by": "Fulfilled by",
    "created_from": "Created from",
    "created_to": "Created before",
    "customer": "Customer",
    "product": "Product",
    "product_id": "Product ID",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab with its count; `current` when the list shows these orders."""

    label: str
    count: int
    address: str
    current: bool
    status: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, and the address of the view without it."""

    label: str
    value: str
    address: str


def tabs_of(view: View, counts: Mapping[str, int]) -> list[Tab]:
    """All first, then the statuses that always have a tab, then others with orders, unknown ones last."""
    chosen = view.filters.status
    unknown = sorted((set(counts) | set(chosen)) - set(OrderStatus) - {"all"})
    seldom = [status for status in OrderStatus if status not in _ALWAYS]
    shown = [*_ALWAYS, *(status for status in seldom if counts.get(status) or status in chosen)]
    tabs = [Tab("All", counts.get("all", 0), view.of_status().address(), not chosen, "all")]
    for status in (*shown, *unknown):
        address = view.of_status(status).address()
        tabs.append(Tab(words(status), counts.get(status, 0), address, status in chosen, status))
    return tabs


def chips_of(view: View) -> list[Chip]:
    """The filters that are set, each with the way to take it off."""
    return [
        Chip(_LABELS[name], _shown(name, value), view.without(name, value).address())
        for name, value in view.active()
    ]


def _shown(name: str, value: str) -> str:
    if name in {"status", "state"}:
        return words(value)
    if name in {"logistic_mode", "fulfilled_by"}:
        return party(value)
    return reason_words(value) if name == "reason" else value

"""One order as the sandbox TikTok keeps it, and the JSON it shows of it."""

import copy
from collections.abc import Callable
from typing import Any

import orjson

from connector.sandbox.tiktok.facts import OpenFacts
from connector.sandbox.tiktok.privacy import View, shown_address, view_of

_DETAIL_ONLY = {
    "payment_method_code": "pm_pi_ccdc_visa_c_d",
    "payment_card_type": "Debit",
    "payment_auth_code": "",
    "channel_entity_national_registry_id": "",
}
_BUNDLE_FIELDS = ("combined_listing_skus", "sub_item_info")


Showing = tuple[View, bool, bool]
"""What an order's JSON depends on: the view of its address, search or detail, bundle parts or not."""


class StoredOrder:
    """One order; what is shown of it is kept until it changes.

    `document` is anything JSON can say: a test may put an order there that is no order.
    """

    __slots__ = ("_document", "_shown", "create_time", "key", "serial", "update_time")

    def __init__(self, key: str, serial: int, document: Any, now: int) -> None:
        self.key = key
        self.serial = serial
        self.create_time = _time(document, "create_time", now)
        """Unix seconds; `now` where the document has none."""
        self.update_time = _time(document, "update_time", now)
        """Likewise."""
        self._document = document
        self._shown: dict[Showing, bytes] = {}

    @property
    def document(self) -> Any:
        """The order with nothing masked; change it through `ShopBook.change` only."""
        return self._document

    def changed(self, edit: Callable[[Any], None], now: int) -> "StoredOrder":
        """A changed copy; the order itself stays what it was."""
        document = copy.deepcopy(self.document)
        edit(document)
        return StoredOrder(self.key, self.serial, document, now)

    def shown(self, now: int, facts: OpenFacts, *, detail: bool) -> bytes:
        """The order's JSON as TikTok shows it at an instant, in the search or in the detail."""
        document = self._document
        if not isinstance(document, dict):
            return orjson.dumps(document)
        view = view_of(document, now, facts)
        showing = (view, detail, facts.bundle_parts_in_search)
        ready = self._shown.get(showing)
        if ready is None:
            ready = self._shown[showing] = visible_json(document, view, facts, detail=detail)
        return ready


def visible_json(document: dict[str, Any], view: View, facts: OpenFacts, *, detail: bool) -> bytes:
    """An order's JSON in a view of its address, for the search or the detail."""
    visible = dict(document)
    if view is View.ABSENT:
        visible.pop("recipient_address", None)
    elif "recipient_address" in visible:
        visible["recipient_address"] = shown_address(document, view)
    if detail:
        visible.update(_DETAIL_ONLY)
    elif not facts.bundle_parts_in_search and isinstance(visible.get("line_items"), list):
        visible["line_items"] = [_without_parts(unit) for unit in visible["line_items"]]
    return orjson.dumps(visible)


def _without_parts(unit: Any) -> Any:
    if not isinstance(unit, dict):
        return unit
    return {name: value for name, value in unit.items() if name not in _BUNDLE_FIELDS}


def _time(document: Any, name: str, otherwise: int) -> int:
    value = document.get(name) if isinstance(document, dict) else None
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40
    return value if sound and isinstance(value, int) else otherwise

"""Plain orders by the hundred thousand: one document as a mould, each order cast from it when asked for."""

from typing import Any

import orjson

from connector.sandbox.tiktok.drafts import OrderDraft
from connector.sandbox.tiktok.facts import OpenFacts
from connector.sandbox.tiktok.moves import apply_status
from connector.sandbox.tiktok.privacy import view_of
from connector.sandbox.tiktok.stored_order import Showing, StoredOrder, visible_json

_NUMBER = 999_999_999_999_999_999
_TIME = 4_000_000_000


class Mould:
    """An order ready to ship in which the order number (18 digits) and the time are blanks to fill in."""

    def __init__(self, draft: OrderDraft) -> None:
        self._raw = draft.build(str(_NUMBER), _NUMBER * 10, _TIME)
        apply_status(self._raw, "AWAITING_SHIPMENT", _TIME, 0)
        whole = orjson.dumps(self._raw)
        times = {value for value in self._raw.values() if isinstance(value, int) and value >= _TIME}
        self._times = [(str(value).encode(), value - _TIME) for value in sorted(times)]
        self._whole = whole
        self._casts: dict[Showing, bytes] = {}

    def document(self, number: int, at: int) -> dict[str, Any]:
        """The order of a number, placed and paid at an instant (Unix seconds)."""
        document: dict[str, Any] = orjson.loads(self._filled(self._whole, number, at))
        return document

    def shown(self, number: int, at: int, now: int, facts: OpenFacts, *, detail: bool) -> bytes:
        """That order's JSON as TikTok shows it."""
        view = view_of(self._raw, now, facts)
        showing = (view, detail, facts.bundle_parts_in_search)
        cast = self._casts.get(showing)
        if cast is None:
            cast = self._casts[showing] = visible_json(self._raw, view, facts, detail=detail)
        return self._filled(cast, number, at)

    def _filled(self, cast: bytes, number: int, at: int) -> bytes:
        filled = cast.replace(str(_NUMBER).encode(), str(number).encode())
        for blank, later in self._times:
            filled = filled.replace(blank, str(at + later).encode())
        return filled


class CastOrder(StoredOrder):
    """An order that is no more than its number and time until it is changed."""

    __slots__ = ("_mould",)

    def __init__(self, mould: Mould, number: int, serial: int, at: int) -> None:
        super().__init__(str(number), serial, None, at)
        self._mould = mould

    @property
    def document(self) -> Any:
        """See `StoredOrder.document`."""
        return self._mould.document(int(self.key), self.create_time)

    def shown(self, now: int, facts: OpenFacts, *, detail: bool) -> bytes:
        """See `StoredOrder.shown`."""
        return self._mould.shown(int(self.key), self.create_time, now, facts, detail=detail)

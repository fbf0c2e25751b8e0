"""Which return, refund and cancellation requests keep an order from being completed.

Statuses: TikTok reference 6.1 and 6.2, with the spelling variants its pages use. A value nobody knows keeps
the order open: completing too late harms nobody.
"""

from collections.abc import Mapping
from typing import Any

_REJECTED = frozenset(
    {
        "REFUND_OR_RETURN_REQUEST_REJECT",
        "REJECT_RECEIVE_PACKAGE",
        "REPLACEMENT_REQUEST_REJECT",
        "EXCHANGE_REQUEST_REJECT",
        "REQUEST_REJECTED",
        "RECEIVE_REJECTED",
        "CANCELLATION_REQUEST_REJECT",
        "CANCELLATION_REQUEST_REJECTED",
    }
)
_WITHDRAWN = frozenset(
    {
        "RETURN_OR_REFUND_REQUEST_CANCEL",
        "RETURN_OR_REFUND_REQUEST_CANCELLED",
        "REPLACEMENT_REQUEST_CANCEL",
        "REPLACEMENT_REQUEST_CANCELLED",
        "EXCHANGE_REQUEST_CANCEL",
        "EXCHANGE_REQUEST_CANCELLED",
        "CANCELLATION_REQUEST_CANCEL",
        "CANCELLATION_REQUEST_CANCELLED",
    }
)
_CARRIED_OUT = frozenset({"CANCELLATION_REQUEST_SUCCESS", "CANCELLATION_REQUEST_COMPLETE"})
"""Units cancelled before they were shipped are no longer part of what was delivered."""
_DECIDED_FOR_SELLER = frozenset({"", "CLOSED", "SUPPORT_SELLER"})


def keeps_open(request: Mapping[str, Any]) -> bool:
    """Whether this request, as TikTok sent it, is open or was granted.

    A rejected request counts as closed unless an arbitration is under way or went the buyer's way.
    """
    status = _word(request.get("return_status") or request.get("cancel_status")).replace("__", "_")
    if status in _WITHDRAWN or status in _CARRIED_OUT:
        return False
    if status in _REJECTED:
        return _word(request.get("arbitration_status")) not in _DECIDED_FOR_SELLER
    return True


def _word(value: object) -> str:
    return value.strip().upper() if isinstance(value, str) else ""

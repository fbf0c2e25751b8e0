"""What is given up, each once, when Shopify refuses an order for its phone, address or e-mail.

A refusal is certain: nothing was made, so the same order may be sent again with less in it (Shopify
reference 9).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from connector.ledger.outcomes import Blocked, Outcome, Waiting
from connector.mapping import address
from connector.services.batch import Candidate
from connector.shopify.results import NotMade
from models.state import Reason, ReasonCode

Concession = Literal["phone", "province", "address", "email"]

_PERSONAL = re.compile(r"\S+@\S+|\+?\d[\d\s().-]{6,}\d")


@dataclass(frozen=True, slots=True)
class Step:
    """The same order with less in it."""

    kind: Concession
    order_input: Mapping[str, Any]


def concede(
    order_input: Mapping[str, Any], refusal: NotMade, already: Sequence[Concession], *, tiktok_ships: bool
) -> Step | None:
    """The next thing to give up for this refusal, or None when nothing is left to give up.

    The address as a whole is given up only where nobody ships by it: TikTok has its own, unmasked.
    """
    for kind in _wanted(refusal):
        if kind not in already and (tiktok_ships or kind != "address"):
            lesser = _without(kind, order_input)
            if lesser != order_input:
                return Step(kind, lesser)
    return None


def verdict_on_refusal(candidate: Candidate, refusal: NotMade, now: datetime) -> Outcome:
    """What becomes of an order Shopify refuses for good."""
    detail = scrubbed(refusal.message)
    if _names_address(refusal):
        return Blocked(candidate.pk, Reason(ReasonCode.ADDRESS_UNUSABLE, detail), attempt="not_made")
    if _names_line_items(refusal) and candidate.claimed.attempts == 0:
        return Waiting(candidate.pk, None, next_try_at=now, attempt="not_made", variants_stale=True)
    return Blocked(candidate.pk, Reason(ReasonCode.SHOPIFY_REFUSED, detail), attempt="not_made")


def scrubbed(message: str) -> str:
    """Shopify's words without anything that could be an e-mail address or a phone number."""
    return _PERSONAL.sub("…", message)[:500]


def _wanted(refusal: NotMade) -> list[Concession]:
    words = _words(refusal)
    wanted: list[Concession] = []
    if "phone" in words:
        wanted.append("phone")
    if "province" in words or "state" in words or _names_address(refusal):
        wanted.append("province")
    if _names_address(refusal):
        wanted.append("address")
    if "email" in words:
        wanted.append("email")
    return wanted


def _without(kind: Concession, order_input: Mapping[str, Any]) -> Mapping[str, Any]:
    if kind == "email":
        return {key: value for key, value in order_input.items() if key not in ("email", "customer")}
    if kind == "address":
        return {key: value for key, value in order_input.items() if key != "shippingAddress"}
    shipping = order_input.get("shippingAddress")
    if shipping is None:
        return order_input
    lesser = address.without_phone(shipping) if kind == "phone" else address.without_province(shipping)
    return {**order_input, "shippingAddress": lesser}


def _names_address(refusal: NotMade) -> bool:
    return any("address" in field.lower() for field in refusal.fields) or "address" in refusal.message.lower()


def _names_line_items(refusal: NotMade) -> bool:
    return (
        any("lineitems" in field.lower() for field in refusal.fields)
        or "line items" in refusal.message.lower()
    )


def _words(refusal: NotMade) -> str:
    return " ".join([refusal.message, *refusal.fields]).lower()

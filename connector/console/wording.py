"""Words and figures as people read them: statuses, reasons, history, money."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation

from markupsafe import Markup, escape

from models.state import ReasonCode

_REASONS: dict[str, str] = {
    ReasonCode.INVALID_ORDER: "TikTok's data cannot be used",
    ReasonCode.CURRENCY_UNSUPPORTED: "Currency not sold on Shopify",
    ReasonCode.SKU_MISSING: "No seller SKU on TikTok",
    ReasonCode.SKU_UNMATCHED: "SKU matches no Shopify variant",
    ReasonCode.SKU_AMBIGUOUS: "SKU matches several Shopify variants",
    ReasonCode.ADDRESS_UNUSABLE: "Address cannot be shipped to",
    ReasonCode.TOTAL_MISMATCH: "Totals do not agree",
    ReasonCode.SHOPIFY_REFUSED: "Shopify refused the order",
    ReasonCode.NEEDS_REAUTHORIZATION: "Authorisation no longer accepted",
    ReasonCode.UNPAID: "Not paid yet",
    ReasonCode.ON_HOLD: "Held by TikTok",
    ReasonCode.REMORSE_HOLD: "Hold time not over",
    ReasonCode.SHOPIFY_UNAVAILABLE: "Shopify did not take it yet",
    ReasonCode.TIKTOK_UNAVAILABLE: "TikTok could not be asked",
    ReasonCode.OUTCOME_UNKNOWN: "Answer lost, being looked up",
    ReasonCode.CANCELLED_BEFORE_CREATE: "Cancelled before it was due",
    ReasonCode.BEFORE_START: "Older than the start of import",
    ReasonCode.TYPE_SWITCHED_OFF: "Kind of order switched off",
}
_PARTIES = {"tiktok": "TikTok", "seller": "Seller", "shopify": "Shopify"}
_MATCHED = {
    "exact": "same SKU",
    "normalised": "same SKU but for case and spaces",
    "mapping": "mapped by hand",
    "bundle": "parts of a bundle",
}
_INSTANT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def words(code: str | None) -> str:
    """A status, state or event as words: `in_transit` is `In transit`."""
    text = (code or "").replace("_", " ").replace("shopify", "Shopify").replace("tiktok", "TikTok").strip()
    return text[:1].upper() + text[1:]


def party(code: str) -> str:
    """Who ships or fulfils."""
    return _PARTIES.get(code, words(code))


def reason_words(code: str | None) -> str:
    """A reason code as a short phrase."""
    return _REASONS.get(code or "", words(code))


def matched_words(code: str | None) -> str:
    """How a line was matched to its variant."""
    return _MATCHED.get(code or "", words(code).lower())


def money(amount: str | Decimal, currency: str = "") -> str:
    """An exact amount with separators and its currency: `1,234.50 GBP`; what is no number, as it is."""
    try:
        shown = f"{Decimal(amount):,f}"
    except InvalidOperation:
        shown = str(amount)
    return f"{shown} {currency}".strip()


def with_instants(sentence: str, when: Callable[[datetime], Markup]) -> Markup:
    """A sentence whose instants are shown as `when` shows them; everything else is escaped."""
    parts: list[Markup] = []
    end = 0
    for found in _INSTANT.finditer(sentence):
        parts += [escape(sentence[end : found.start()]), when(datetime.fromisoformat(found[0]))]
        end = found.end()
    return Markup("").join([*parts, escape(sentence[end:])])

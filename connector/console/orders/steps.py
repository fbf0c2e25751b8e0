"""A step of an order's history in people's words; `orders show --json` keeps the codes."""

import re

from connector.console.wording import reason_words, words
from connector.ledger import history, outcomes, standings
from connector.ledger.history import HistoryEntry
from models.state import OrderState

_PLACE = r"(\w+)(?: \((\w+)\))?"
_MOVED = re.compile(rf"{_PLACE} → {_PLACE}(?:: (.*))?", re.DOTALL)
_STANDS = re.compile(_PLACE)
_NAMES = ("TikTok", "Shopify", "SKU")
"""Phrases that begin with one of these keep their capital inside a sentence."""
_EVENTS = {
    history.CANCEL_DUE: "To be cancelled on Shopify",
    history.ACCEPTED: "Taken in all the same",
    outcomes.CLAIMED_TWICE: "Shopify's order belongs to another one",
    standings.CANCELLED_THERE: "Cancelled by a person on Shopify",
    standings.DELETED_THERE: "Deleted by a person on Shopify",
    "cancel_refused": "Shopify refused to cancel it",
    "cancel_failed": "Cancelling on Shopify did not work yet",
    "fulfil_refused": "Shopify refused to mark it as fulfilled",
    "fulfil_failed": "Marking it as fulfilled did not work yet",
}
_SOURCES = {
    "sync": "the sync",
    "fetch": "Fetch Order",
    "backfill": "a backfill",
    "complete": "the completion",
    "catalog": "the catalogue",
    "reconcile": "a reconciliation",
    "webhook": "a webhook",
    "retry": "a retry",
    "refresh": "a refresh",
    "sku_mapping": "a SKU mapping",
}


def event_words(entry: HistoryEntry) -> str:
    """What happened."""
    return _EVENTS.get(entry.event, words(entry.event))


def source_words(entry: HistoryEntry) -> str:
    """On whose word, as it follows "by"."""
    return _SOURCES.get(entry.source, words(entry.source))


def detail_words(entry: HistoryEntry) -> str:
    """Why, or from where to where; a detail of another shape stays as it is."""
    if entry.event == history.STATUS_CHANGED:
        return " → ".join(words(status) for status in entry.detail.split(" → "))
    if entry.event == history.FIRST_SEEN:
        return _first(entry.detail)
    moved = _MOVED.fullmatch(entry.detail) if entry.event == history.STATE_CHANGED else None
    if moved is None:
        return entry.detail
    text = f"{_upper(_place(moved[1], moved[2]))} → {_place(moved[3], moved[4])}"
    return f"{text}: {moved[5]}" if moved[5] else text


def tone(entry: HistoryEntry) -> str:
    """How a step is coloured beside its words."""
    if entry.event in {"created_on_shopify", "linked_to_shopify"} or entry.detail.endswith("→ created"):
        return "good"
    if "→ blocked" in entry.detail:
        return "bad"
    return "info" if entry.event in {history.FIRST_SEEN, history.STATUS_CHANGED} else ""


def _first(detail: str) -> str:
    status, _, place = detail.rpartition(", ")
    stands = _STANDS.fullmatch(place)
    return f"{words(status)}, {_place(stands[1], stands[2])}" if status and stands else detail


def _place(state: str, reason_code: str | None) -> str:
    """A state with its reason; one that waits for nothing is due."""
    if reason_code is None:
        return "due" if state == OrderState.WAITING else words(state).lower()
    reason = reason_words(reason_code)
    return f"{words(state).lower()} ({reason if reason.startswith(_NAMES) else _lower(reason)})"


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]

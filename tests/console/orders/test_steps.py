"""The history of an order in people's words, whatever codes it is kept in."""

from datetime import UTC, datetime

import pytest

from connector.console.orders.steps import detail_words, event_words, source_words
from connector.ledger.history import HistoryEntry
from tests.console.conftest import only_sqlite
from tests.console.orders.conftest import Desk

_AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "detail", "shown"),
    [
        ("first_seen", "awaiting_shipment, waiting", "Awaiting shipment, due"),
        ("first_seen", "on_hold, waiting (on_hold)", "On hold, waiting (held by TikTok)"),
        ("first_seen", "new, odd one, waiting", "New, odd one, due"),
        ("status_changed", "awaiting_shipment → in_transit", "Awaiting shipment → In transit"),
        ("state_changed", "waiting (on_hold) → waiting", "Waiting (held by TikTok) → due"),
        (
            "state_changed",
            "waiting → blocked (sku_unmatched): no Shopify variant has the SKU 'A → b: c'",
            "Due → blocked (SKU matches no Shopify variant): no Shopify variant has the SKU 'A → b: c'",
        ),
        ("state_changed", "blocked (total_mismatch) → created", "Blocked (totals do not agree) → created"),
        ("state_changed", "something else", "something else"),
        ("created_on_shopify", "#1_001", "#1_001"),
    ],
)
def test_details(event: str, detail: str, shown: str) -> None:
    assert detail_words(HistoryEntry(_AT, event, "sync", detail)) == shown


@pytest.mark.parametrize(
    ("event", "source", "shown"),
    [
        ("cancel_due", "webhook", ("To be cancelled on Shopify", "a webhook")),
        ("created_on_shopify", "sku_mapping", ("Created on Shopify", "a SKU mapping")),
        ("something_new", "some_where", ("Something new", "Some where")),
    ],
)
def test_events_and_sources(event: str, source: str, shown: tuple[str, str]) -> None:
    entry = HistoryEntry(_AT, event, source, "")
    assert (event_words(entry), source_words(entry)) == shown


@only_sqlite
def test_the_page_shows_no_code(desk: Desk) -> None:
    desk.keep(desk.shelf(), "1", status="ON_HOLD")
    text = desk.visitor("vic").get("/orders/us/1").text
    timeline = text[text.index('<ol class="timeline">') : text.index("</ol>", text.index("timeline"))]
    assert "First seen" in timeline
    assert "On hold, waiting (held by TikTok)" in timeline
    assert "_" not in timeline

"""The orders page through its addresses: tabs, search, filters, paging, what is wrong or not there."""

from typing import Any

import pytest

from connector.ledger.stores import StoreRow
from tests.console.browser import Browser
from tests.console.conftest import only_sqlite
from tests.console.orders.conftest import Desk, Page
from tests.ledger.making import PLACED, USABLE, raw_unit


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """Two stores with one order of each kind that the filters tell apart, placed ten seconds apart."""
    us, uk = desk.shelf("us"), desk.shelf("uk")
    lamp = raw_unit("LAMP", product_id="p-9", product_name="Oak lamp")
    kinds: list[tuple[StoreRow, str, dict[str, Any]]] = [
        (us, "101", {"recipient_address": _named("Ana García")}),
        (us, "102", {"recipient_address": _named("Bo Åkesson"), "status": "IN_TRANSIT"}),
        (us, "103", {"status": "UNPAID", "paid_time": None}),
        (us, "104", {"status": "TELEPORTED", "shipping_type": "SELLER"}),
        (uk, "201", {"status": "DELIVERED", "fulfillment_type": "FULFILLMENT_BY_TIKTOK"}),
        (uk, "202", {"status": "CANCELLED", "line_items": [lamp]}),
    ]
    for number, (store, order_id, changes) in enumerate(kinds):
        given = {"create_time": PLACED + 10 * number, "recipient_address": _named("Cy Doe"), **changes}
        desk.keep(store, order_id, **given)
    return desk


def _named(name: str) -> dict[str, Any]:
    return {**USABLE, "name": name}


def page(browser: Browser, address: str = "/") -> Page:
    """Open an address of the orders page."""
    return Page(browser.get(address))


def test_tabs_have_live_counts_that_sum_to_all(stocked: Desk) -> None:
    browser = stocked.visitor()
    shown = page(browser)
    assert shown.answer.status_code == 200
    assert shown.orders == ["202", "201", "104", "103", "102", "101"]
    assert shown.counts == {
        "all": 6,
        "awaiting_shipment": 1,
        "awaiting_collection": 0,
        "in_transit": 1,
        "delivered": 1,
        "completed": 0,
        "unpaid": 1,
        "cancelled": 1,
        "teleported": 1,
    }
    for status, count in shown.counts.items():
        tab = page(browser, "/" if status == "all" else f"/?status={status}")
        assert len(tab.orders) == count
        assert tab.counts == shown.counts
        assert tab.text.count('aria-current="page" data-status') == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("search=garcia", {"101"}),
        ("search=akesson", {"102"}),
        ("search=103", {"103"}),
        ("status=delivered&status=cancelled", {"201", "202"}),
        ("store=uk", {"201", "202"}),
        ("store=uk&store=us", {"101", "102", "103", "104", "201", "202"}),
        ("logistic_mode=seller", {"104"}),
        ("fulfilled_by=tiktok", {"201"}),
        ("customer=bo", {"102"}),
        ("product=LAMP", {"202"}),
        ("product_id=p-9", {"202"}),
        ("state=waiting&reason=unpaid", {"103"}),
        ("created_from=2025-11-20T00:53:50Z", {"104", "201", "202"}),
        ("created_from=2025-11-20T00:53:30Z&created_to=2025-11-20T00:53:40Z", {"102"}),
        ("created_to=2025-11-20T01:53:30%2B01:00&zone=Europe%2FParis", {"101"}),
        ("customer=bo&store=uk", set()),
    ],
)
def test_every_filter_through_the_address(stocked: Desk, query: str, expected: set[str]) -> None:
    shown = page(browser := stocked.visitor(), f"/?{query}")
    if shown.answer.status_code == 303:
        shown = Page(browser.follow(shown.answer))
    assert set(shown.orders) == expected
    assert shown.chips
    for words, address in shown.chips.items():
        if not words.startswith(("Status", "Store")):
            assert expected <= set(page(browser, address).orders)


@only_sqlite
def test_a_form_leads_to_the_address_that_is_passed_on(stocked: Desk) -> None:
    browser = stocked.visitor()
    sent = browser.get("/?search=&customer=bo&created_from=2025-11-20T01:00&created_to=&zone=Europe/Paris")
    assert sent.status_code == 303
    address = sent.headers["location"]
    assert address == "/?customer=bo&created_from=2025-11-20T01%3A00%3A00%2B01%3A00&zone=Europe%2FParis"
    shown = page(browser, address)
    assert shown.orders == ["102"]
    assert 'type="datetime-local" value="2025-11-20T01:00"' in shown.text
    assert '<option value="Europe/Paris" selected>' in shown.text
    assert '<details class="more" open>' in shown.text
    assert '<details class="more">' in page(browser).text


@only_sqlite
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("store=mars", "There is no store named &#39;mars&#39;; connected: uk, us."),
        ("state=bad", "&#39;bad&#39; is not a state"),
        ("created_from=soon", "&#39;soon&#39; is not a time"),
        ("after=rubbish", "The cursor cannot be read"),
        ("after=MS45OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "The cursor cannot be read"),
        ("search=%00&store=%00mars", "There is no store named &#39;mars&#39;"),
    ],
)
def test_bad_values_give_one_clear_sentence(stocked: Desk, query: str, sentence: str) -> None:
    shown = page(browser := stocked.visitor(), f"/?{query}")
    if shown.answer.status_code == 303:
        shown = Page(browser.follow(shown.answer))
    assert shown.answer.status_code == 400
    assert sentence in shown.text
    assert shown.orders == []


def test_pages_stay_where_they_are_while_orders_arrive(desk: Desk) -> None:
    us = desk.shelf()
    for number in range(120):
        desk.keep(us, str(1000 + number), create_time=PLACED + number // 7)
    browser = desk.visitor()
    shown, seen = page(browser), []
    first = shown.orders
    while True:
        seen += shown.orders
        desk.keep(us, str(5000 + len(seen)), create_time=PLACED + 9000 + len(seen))
        if shown.next is None:
            break
        shown = page(browser, shown.next)
        assert 'href="/">' in shown.text
    assert seen == [str(1000 + number) for number in reversed(range(120))]
    assert page(browser).orders[3:] == first[:-3]


@only_sqlite
def test_hostile_names_are_only_text(desk: Desk) -> None:
    us = desk.shelf()
    hostile = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
    unit = raw_unit(hostile, product_name=hostile, product_id=hostile, sku_name=hostile)
    desk.keep(us, "666", recipient_address={**USABLE, "name": hostile}, line_items=[unit], status=hostile)
    browser = desk.visitor()
    for address in (
        "/",
        "/orders/us/666",
        f"/?search={hostile}",
        f"/?store={hostile}",
        "/?status=%22%3E%3Cscript",
    ):
        answer = browser.get(address)
        assert "<script>alert" not in answer.text
        assert "<img src=x" not in answer.text.lower()
        assert "&lt;script&gt;" in answer.text or "%3Cscript" in answer.text


@only_sqlite
def test_what_is_not_there_yet_is_said_with_what_to_do(desk: Desk) -> None:
    browser = desk.visitor()
    assert "No store is connected yet" in page(browser).text
    assert "connector store add" in page(browser).text
    us = desk.shelf()
    assert "No order yet" in page(browser).text
    desk.keep(us, "1")
    assert "No order matches" in page(browser, "/?search=nobody").text
    assert "Clear all filters" in page(browser, "/?search=nobody").text


@only_sqlite
def test_each_store_at_a_glance(stocked: Desk) -> None:
    shown = page(stocked.visitor()).text
    assert shown.count('<li class="glance') == 2
    assert "Not synced yet" in shown
    assert "none needs a person" in shown


@only_sqlite
def test_an_order_that_waits_for_its_buyer_is_not_due(desk: Desk) -> None:
    us = desk.shelf()
    desk.keep(us, "1", status="UNPAID")
    ben = desk.visitor()
    assert "<span>None due · <a" in page(ben).text
    assert page(ben, "/?store=us&state=waiting").orders == ["1"]
    desk.keep(us, "2")
    assert '<span>1 order due <span class="quiet">(oldest ' in page(ben).text


@only_sqlite
def test_only_an_operator_is_offered_what_only_an_operator_may(stocked: Desk) -> None:
    assert "Fetch Order" in page(stocked.visitor("ben")).text
    viewer = stocked.visitor("vic")
    assert "Fetch Order" not in page(viewer).text
    assert viewer.post("/fetch").status_code == 403
    assert stocked.console.browser().get("/").headers["location"].startswith("/login")

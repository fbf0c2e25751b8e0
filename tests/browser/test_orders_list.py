"""The orders page in a browser: tabs, search, every filter, paging, addresses passed on, the export."""

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import People, counts, order_ids
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("browser")
PAGE = 50


def ids(listing: dict[str, Any]) -> list[str]:
    """The order ids of a listing."""
    return [order["tiktok_order_id"] for order in listing["orders"]]


def test_each_tab_shows_its_orders_and_says_how_many(people: People, product: Product) -> None:
    page = people.visitor()
    listed = product.listed()["counts"]
    shown = counts(page)
    assert {status: count for status, count in shown.items() if count} == listed
    assert shown["all"] == sum(count for status, count in shown.items() if status != "all")
    assert len(shown) > 6
    for status, count in shown.items():
        page.locator(f'nav.tabs a[data-status="{status}"]').click()
        expect(page).to_have_url(re.compile(r"/$" if status == "all" else rf"\?status={status}$"))
        current = page.locator("nav.tabs a[aria-current=page]")
        assert current.get_attribute("data-status") == status
        expected = ids(product.listed(status=() if status == "all" else (status,)))
        assert len(expected) == count
        assert order_ids(page) == expected[:PAGE]
        assert counts(page) == shown


FILTERS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("Logistic mode", "choose", "TikTok", {"logistic_mode": "tiktok"}),
    ("Fulfilled by", "choose", "TikTok", {"fulfilled_by": "tiktok"}),
    ("Customer name", "fill", "MULLER", {"customer": "müller"}),
    ("Product name", "fill", "candle", {"product": "Candle"}),
    ("State", "choose", "Blocked", {"state": "blocked"}),
    ("Reason", "choose", "Totals do not agree", {"reason": "total_mismatch"}),
]


def apply(page: Page, label: str, how: str, value: str) -> None:
    """Set one further filter, and send the form."""
    page.get_by_text("More filters").click()
    control = page.get_by_label(label, exact=True)
    if how == "choose":
        control.select_option(label=value)
    else:
        control.fill(value)
    page.get_by_role("button", name="Show orders").click()
    page.wait_for_load_state()


@pytest.mark.parametrize(("label", "how", "value", "filters"), FILTERS, ids=[each[0] for each in FILTERS])
def test_a_further_filter(
    people: People, product: Product, label: str, how: str, value: str, filters: dict[str, Any]
) -> None:
    page = people.visitor()
    everything = counts(page)["all"]
    apply(page, label, how, value)
    listed = product.listed(**filters)
    assert order_ids(page) == ids(listed)[:PAGE]
    assert 0 < counts(page)["all"] == listed["counts"]["all"] < everything
    (name,) = filters
    assert f"{name}=" in page.url
    chip = page.locator(".chips .chip")
    expect(chip).to_have_count(1)
    chip.click()
    page.wait_for_load_state()
    assert counts(page)["all"] == everything


def test_the_id_of_a_product(people: People, product: Product) -> None:
    page = people.visitor()
    line = product.order(order_ids(page)[0])["lines"][0]
    apply(page, "TikTok product ID", "fill", line["product_id"])
    assert order_ids(page) == ids(product.listed(product_id=line["product_id"]))[:PAGE]


def test_stores_and_a_range_of_time_in_a_zone(people: People, product: Product) -> None:
    page = people.visitor()
    page.get_by_text("More filters").click()
    expect(page.get_by_label("Time zone of both")).to_have_value("Europe/London")
    page.get_by_label("Created from").fill("2026-11-20T00:00")
    page.get_by_label("Created before").fill("2026-11-22T12:30")
    page.get_by_label("Time zone of both").select_option("Asia/Kolkata")
    page.get_by_label("uk", exact=True).check()
    page.get_by_role("button", name="Show orders").click()
    page.wait_for_load_state()
    window = {
        "created_from": datetime(2026, 11, 19, 18, 30, tzinfo=UTC),
        "created_to": datetime(2026, 11, 22, 7, tzinfo=UTC),
    }
    expected = ids(product.listed(store=("uk",), **window))
    assert expected
    assert order_ids(page) == expected[:PAGE]
    expect(page.get_by_label("Created from")).to_have_value("2026-11-20T00:00")
    expect(page.locator(".chips .chip")).to_have_count(3)
    page.get_by_role("link", name="Take off the filter Store: uk").click()
    page.wait_for_load_state()
    assert order_ids(page) == ids(product.listed(**window))[:PAGE]
    page.get_by_role("link", name="Clear filters").click()
    expect(page).to_have_url(re.compile(r"/$"))


def test_search_by_a_customers_name_and_by_an_order_id(people: People, product: Product) -> None:
    page = people.visitor()
    box = page.get_by_label("Search by customer name or order id")
    box.fill("victor")
    box.press("Enter")
    page.wait_for_load_state()
    found = product.listed(search="victor")
    assert any("Víctor" in order["customer_name"] for order in found["orders"])
    assert order_ids(page) == ids(found)[:PAGE]
    wanted = order_ids(page)[-1]
    page.goto("/")
    box.fill(wanted)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_load_state()
    assert order_ids(page) == [wanted]


def test_words_that_mean_nothing_are_named(people: People) -> None:
    page = people.visitor()
    answer = page.goto("/?state=upside-down&created_from=soon")
    assert answer is not None
    assert answer.status == 400
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("'upside-down' is not a state; use one of waiting, blocked")
    expect(alert).to_contain_text("'soon' is not a time")
    assert order_ids(page) == []


def test_page_by_page_to_the_end_and_back(people: People, product: Product) -> None:
    page = people.visitor(path="/?store=us")
    expected = ids(product.listed(store=("us",)))
    seen, pages = order_ids(page), [order_ids(page)]
    while page.get_by_role("link", name="Older").count():
        page.get_by_role("link", name="Older").click()
        page.wait_for_load_state()
        pages.append(order_ids(page))
        seen += pages[-1]
    assert seen == expected
    assert len(pages) > 2
    page.go_back()
    assert order_ids(page) == pages[-2]
    page.get_by_role("link", name="Newest").click()
    page.wait_for_load_state()
    assert order_ids(page) == pages[0]


def test_an_address_shows_somebody_else_the_same(people: People, product: Product) -> None:
    page = people.visitor()
    apply(page, "Product name", "fill", "mug")
    page.locator('nav.tabs a[data-status="delivered"]').click()
    page.wait_for_load_state()
    shown, address = order_ids(page), page.url
    assert shown == ids(product.listed(product="mug", status=("delivered",)))[:PAGE]
    other = people.visitor("vic", address)
    assert order_ids(other) == shown
    expect(other.get_by_label("Product name")).to_have_value("mug")
    assert counts(other) == counts(page)


def test_a_view_is_exported(people: People, product: Product, tmp_path: Path) -> None:
    page = people.visitor(path="/?status=completed")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export CSV").click()
    file = tmp_path / "orders.csv"
    download.value.save_as(file)
    assert download.value.suggested_filename == "orders.csv"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["tiktok_order_id"] for row in rows] == ids(product.listed(status=("completed",)))


def test_nothing_matches(people: People) -> None:
    page = people.visitor(path="/?search=nobody+at+all")
    expect(page.get_by_text("No order matches")).to_be_visible()
    page.get_by_role("link", name="Clear all filters").click()
    assert len(order_ids(page)) == PAGE


def test_times_are_the_viewers_with_the_exact_one_on_hover(people: People, product: Product) -> None:
    order = product.listed()["orders"][-1]
    page = people.visitor(path=f"/?search={order['tiktok_order_id']}", timezone_id="Asia/Tokyo")
    shown = page.locator("table.orders time")
    instant = datetime.fromisoformat(order["created_at"])
    assert shown.get_attribute("title") == f"{instant:%Y-%m-%d %H:%M:%S} UTC"
    there = (instant + timedelta(hours=9)).strftime("%H:%M")
    expect(shown).to_contain_text(there)

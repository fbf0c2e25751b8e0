"""Without script everything works; without a mouse everything is reached, and it shows where one is."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import People, counts, order_ids
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("browser")

_FOCUSED = """() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const name = element.getAttribute("aria-label") || element.labels?.[0]?.textContent || element.textContent;
  return {
    name: name.trim().replace(/\\s+/g, " "),
    tag: element.tagName.toLowerCase(),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""


def test_orders_are_found_without_script(people: People, product: Product) -> None:
    page = people.visitor(java_script_enabled=False)
    expect(page.locator("table.orders time").first).to_have_text(re.compile("UTC$"))
    page.locator('nav.tabs a[data-status="in_transit"]').click()
    assert len(order_ids(page)) == min(50, counts(page)["in_transit"])
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_role("link", name="Newest")).to_be_visible()
    page.get_by_text("More filters").click()
    page.get_by_label("Product name").fill("candle")
    page.get_by_role("button", name="Show orders").click()
    listed = product.listed(status=("in_transit",), product="candle")["orders"]
    assert order_ids(page) == [order["tiktok_order_id"] for order in listed][:50]
    page.locator(".chips .chip").last.click()
    assert len(order_ids(page)) == 50


def test_a_fetch_is_watched_without_script(people: People) -> None:
    page = people.visitor(java_script_enabled=False)
    page.get_by_role("button", name="Fetch Order").click()
    expect(page.get_by_text("Started by ben")).to_be_visible()
    # The page loads itself again until the fetch is over.
    expect(page.locator("#fetch")).to_contain_text("Done:", timeout=30_000)


def tabbed(page: Page, at_most: int) -> list[dict[str, Any]]:
    """What the tab key leads to, one after the other."""
    reached = []
    for _ in range(at_most):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(_FOCUSED))
    return reached


def test_everything_is_reached_by_the_tab_key_and_shows_it(people: People) -> None:
    page = people.visitor(path="/?status=awaiting_shipment")
    reached = tabbed(page, 45)
    assert reached[0]["name"] == "Skip to content"
    assert not [each for each in reached if not each["outlined"]]
    names = [each["name"] for each in reached]
    in_order = ["Orders", "Needs attention", "Log out", "Export CSV", "Fetch Order", "All", "In transit"]
    in_order += ["Search by customer name or order id", "Search", "More filters"]
    places = [next(at for at, name in enumerate(names) if name.startswith(each)) for each in in_order]
    assert places == sorted(places)
    assert "Orders, newest first" in names


def test_the_keyboard_alone_does_the_work(people: People) -> None:
    page = people.visitor()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    tab = page.locator('nav.tabs a[data-status="delivered"]')
    tab.focus()
    page.keyboard.press("Enter")
    expect(tab).to_have_attribute("aria-current", "page")
    page.get_by_text("More filters").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Customer name", exact=True).focus()
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"status=delivered&customer=a"))

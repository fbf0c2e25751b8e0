"""Connecting, checking, pausing and removing a store in a browser, with the platforms behind it."""

import re

import pytest
from playwright.sync_api import expect

from connector.cli.demo_webhooks import Courier
from tests.browser.people import People, notice, order_ids
from tests.browser.product import Product
from tests.prefect_server import eventually

pytestmark = pytest.mark.xdist_group("browser")


def test_from_nothing_to_the_first_orders_and_back(newcomers: People, fresh: Product) -> None:
    page = newcomers.visitor("ann")
    expect(page.get_by_text("No store is connected yet")).to_be_visible()
    page.get_by_role("link", name="Add a store").click()
    text = fresh.scenario.store_file("us")
    page.get_by_label("Paste the store file").fill("name = 'us'\nshop = 1\n")
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("shop is not a known key")
    expect(page.get_by_label("Paste the store file")).to_be_empty()
    page.get_by_label("Paste the store file").fill(text)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page).to_have_url(re.compile("/stores/us$"))
    assert notice(page).startswith("us is connected (both credentials work)")
    secret = fresh.scenario.platforms.tiktok.app_secret
    assert secret in text
    assert secret not in page.content()

    placed = fresh.pair("us").place("TEE-BLK-M", created_at=fresh.runtime.clock.now())
    page.goto("/")
    page.get_by_role("button", name="Fetch Order").click()
    expect(page.locator("#fetch")).to_contain_text("1 created on Shopify", timeout=30_000)
    page.goto("/")
    assert order_ids(page) == [placed]

    page.goto("/stores/us")
    page.get_by_role("link", name="Check now").click()
    expect(page.get_by_role("heading", name="What the check found")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    assert notice(page).startswith("us is paused")
    page.goto("/stores")
    page.get_by_role("button", name="Resume us").click()
    assert notice(page) == "us takes part in every run again."
    page.get_by_label(re.compile("to confirm")).fill("uk")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was removed")
    page.get_by_label(re.compile("to confirm")).fill("us")
    page.get_by_role("button", name="Remove").click()
    expect(page).to_have_url(re.compile("/stores$"))
    assert notice(page) == "us is removed; nothing was changed on TikTok Shop or Shopify."
    page.goto("/audit")
    actions = page.locator("tbody .badge").all_inner_texts()
    assert actions == [
        "store.remove",
        "store.resume",
        "store.pause",
        "store.check",
        "orders.fetch",
        "store.add",
        "login",
    ]


def test_a_webhook_brings_an_order_at_once(newcomers: People, fresh: Product) -> None:
    fresh.connect("us")
    platforms = fresh.scenario.platforms
    page = newcomers.visitor()
    with Courier(platforms, fresh.base_url) as courier:
        fresh.do(courier.subscribe(fresh.runtime))
        order_id = fresh.pair("us").place("TEE-BLK-M", status="UNPAID")
        platforms.tiktok.move_order(order_id, "AWAITING_SHIPMENT")
        assert courier.deliver() >= 1
    eventually(lambda: fresh.pair("us").shopify.orders_with_source(order_id), "the order is on Shopify")
    page.goto(f"/orders/us/{order_id}")
    expect(page.locator(".timeline")).to_contain_text("by a webhook")

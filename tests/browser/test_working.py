"""What an operator does in a browser: fetch, retry, read again, map a SKU; and what an order's page tells."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from connector.sandbox.faults import Fault, FaultKind
from tests.browser.people import People, notice, order_ids
from tests.browser.product import Product
from tests.prefect_server import eventually

pytestmark = pytest.mark.xdist_group("browser")

_SLOWLY = Fault(FaultKind.SLOW, delay=1.5)
_SOON = 30_000


@pytest.fixture
def slow_tiktok(product: Product) -> Iterator[None]:
    """TikTok takes its time, so that a fetch can be watched."""
    faults = product.scenario.platforms.tiktok_faults
    faults.add("order.search", _SLOWLY)
    yield
    faults.clear()


def blocked(product: Product, reason: str, store: str = "us") -> str:
    """The newest order that is blocked so."""
    order_id: str = product.listed(state="blocked", reason=reason, store=(store,))["orders"][0][
        "tiktok_order_id"
    ]
    return order_id


def test_a_fetch_is_watched_and_a_second_press_joins_it(
    people: People, product: Product, slow_tiktok: None
) -> None:
    placed = product.pair("us").place("TEE-BLK-M", created_at=product.runtime.clock.now())
    page, other = people.visitor(), people.visitor("ann")
    page.get_by_role("button", name="Fetch Order").click()
    expect(page.get_by_role("heading", name="Fetch Order")).to_be_visible()
    expect(page.get_by_text("Under way").first).to_be_visible()
    other.reload()
    expect(other.locator("#live")).to_contain_text("Fetching orders of uk, us")
    other.get_by_role("button", name="Fetch Order").click()
    expect(other).to_have_url(page.url)
    assert notice(other) == "A fetch was under way already; this is the one."
    for watched in (page, other):
        expect(watched.locator("#fetch")).to_contain_text("1 created on Shopify", timeout=_SOON)
        expect(watched.locator("#fetch")).to_contain_text("Done:")
        expect(watched.locator("#fetch").get_by_text("Under way")).to_have_count(0)
    page.get_by_role("link", name="Back to the orders").click()
    page.wait_for_load_state()
    assert placed in order_ids(page)
    assert len(product.pair("us").shopify.orders_with_source(placed)) == 1


def test_a_retry_says_what_came_of_it(people: People, product: Product) -> None:
    order_id = blocked(product, "sku_missing")
    page = people.visitor(path=f"/orders/us/{order_id}")
    page.get_by_role("button", name="Retry now").click()
    expect(page.locator(".notice.problem")).to_contain_text(
        "It was tried, and is still blocked. No seller SKU"
    )
    assert product.order(order_id)["state"] == "blocked"


def test_a_retry_brings_an_order_over_once_its_cause_is_gone(people: People, product: Product) -> None:
    order_id = blocked(product, "sku_unmatched", "uk")
    (sku,) = {line["seller_sku"] for line in product.order(order_id)["lines"] if not line["variant_id"]}
    shopify = product.pair("uk").shopify
    shopify.change_sku(shopify.variant("NOTE-A6"), sku)
    page = people.visitor(path=f"/orders/uk/{order_id}")
    page.get_by_role("button", name="Retry now").click()
    expect(page.locator(".notice.done")).to_contain_text("The order is on Shopify now, as #")
    expect(page.get_by_role("button", name="Retry now")).to_have_count(0)
    assert len(shopify.orders_with_source(order_id)) == 1


def test_an_order_is_read_again_from_tiktok(people: People, product: Product) -> None:
    order_id = blocked(product, "total_mismatch")

    def mend(raw: dict[str, object]) -> None:
        payment = raw["payment"]
        assert isinstance(payment, dict)
        payment["total_amount"] = f"{float(str(payment['total_amount'])) - 0.5:.2f}"

    product.scenario.platforms.tiktok.edit_order(order_id, mend)
    page = people.visitor(path=f"/orders/us/{order_id}")
    page.get_by_role("button", name="Refresh from TikTok").click()
    expect(page.locator(".notice")).to_contain_text("The order is on Shopify now, as #")


def test_one_mapping_frees_every_order_that_waited(people: People, product: Product) -> None:
    waiting = {
        order["tiktok_order_id"]
        for order in product.listed(state="blocked", reason="sku_unmatched", store=("us",))["orders"]
        if any(line["seller_sku"] == "CAP-RED" for line in product.order(order["tiktok_order_id"])["lines"])
    }
    assert len(waiting) > 1
    page = people.visitor(path="/attention?store=us")
    cause = page.locator("li.cause", has=page.get_by_role("heading", name="CAP-RED"))
    expect(cause).to_contain_text(f"{len(waiting)} orders")
    cause.get_by_label("Another variant").fill("no such SKU at all")
    cause.get_by_role("button", name=re.compile("Map, and send")).click()
    expect(page.locator(".notice.problem")).to_contain_text("no such SKU at all")
    cause.get_by_label("Another variant").fill("TEE-BLK-M")
    cause.get_by_role("button", name=re.compile("Map, and send")).click()
    expect(page.locator(".notice")).to_contain_text(f"CAP-RED is mapped in us; {len(waiting)} orders go on")
    eventually(
        lambda: all(product.order(order_id)["state"] == "created" for order_id in waiting),
        "the freed orders are on Shopify",
    )
    page.goto("/attention?store=us")
    expect(page.get_by_role("heading", name="CAP-RED")).to_have_count(0)


def test_a_suggestion_is_chosen_on_the_orders_page(people: People, product: Product) -> None:
    order_id = blocked(product, "sku_ambiguous")
    page = people.visitor(path=f"/orders/us/{order_id}")
    panel = page.locator("section", has=page.get_by_role("heading", name="Map this SKU"))
    choice = panel.get_by_role("radio").first
    expect(choice).to_be_checked()
    expect(panel.locator(".choice").first).to_contain_text("same SKU")
    panel.get_by_role("button", name=re.compile("Map, and send")).click()
    expect(page.locator(".notice.done")).to_contain_text("The order is on Shopify now, as #")


def test_an_order_tells_everything_of_it(people: People, product: Product) -> None:
    order = product.listed(state="created", status=("delivered",), store=("us",))["orders"][0]
    order_id = order["tiktok_order_id"]
    page = people.visitor(path=f"/?search={order_id}")
    page.get_by_role("link", name=order_id, exact=True).click()
    shown = product.order(order_id)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Order {order_id}")
    expect(page.locator(".timeline > li")).to_have_count(len(shown["history"]))
    expect(page.get_by_text(f"The order exists on Shopify as {order['shopify_order_name']}.")).to_be_visible()
    expect(page.locator(".sums")).to_contain_text(f"{order['total']['amount']} USD")
    number = order["shopify_order_id"].rpartition("/")[2]
    admin = page.get_by_role("link", name=f"Shopify {order['shopify_order_name']}")
    assert admin.get_attribute("href") == f"https://sandbox-us.myshopify.com/admin/orders/{number}"
    seller_center = page.get_by_role("link", name="TikTok Seller Center").get_attribute("href")
    assert seller_center is not None
    assert f"order_no={order_id}" in seller_center
    for line in shown["lines"]:
        expect(page.get_by_role("region", name="Lines").first).to_contain_text(line["product_name"])

"""One order's page: what it shows, and what an operator does from there."""

import html

import pytest

from connector.ledger.stores import pause_store
from tests.console.browser import Browser
from tests.console.conftest import only_sqlite
from tests.console.orders.conftest import Desk, Page


def shown(browser: Browser, order_id: str) -> str:
    """The text of an order's page."""
    answer = browser.get(f"/orders/us/{order_id}")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def press(browser: Browser, order_id: str, action: str, **fields: str) -> tuple[str, str]:
    """Press a button of an order's page; gives the notice that follows."""
    browser.get(f"/orders/us/{order_id}")
    answer = browser.post(f"/orders/us/{order_id}/{action}", fields)
    assert answer.headers["location"] == f"/orders/us/{order_id}"
    return Page(browser.follow(answer)).notice


def test_a_created_order_shows_lines_money_history_and_both_admins(shop: Desk) -> None:
    order_id = shop.connector.us.place(("TEE-BLK-M", 2), "MUG-01")
    shop.connector.sync()
    text = shown(shop.visitor("vic"), order_id)
    order = shop.connector.order(order_id)
    name, gid = order["shopify_order_name"], order["shopify_order_id"]
    assert f"The order exists on Shopify as {name}." in text
    assert f"https://{shop.connector.store().shopify_domain}/admin/orders/{gid.rpartition('/')[2]}" in text
    assert f"https://seller-us.tiktok.com/order/detail?order_no={order_id}&shop_region=US" in text
    amount = order["total"]["amount"]
    total = f"{amount} USD"
    assert f"The buyer paid on TikTok</dt><dd>{total}" in text
    assert f"Total on Shopify</dt><dd>{total}" in text
    assert text.count('<td data-label="Units" class="num">') == 2
    assert "same SKU" in text
    assert "Created on Shopify" in text
    assert '<ol class="timeline">' in text
    assert "Retry now" not in text
    assert "Refresh from TikTok" not in text
    assert "Refresh from TikTok" in shown(shop.visitor("ben"), order_id)


def test_a_retry_takes_a_mended_order_to_shopify_and_is_put_on_record(shop: Desk) -> None:
    order_id = shop.connector.us.place("CAP-RED")
    shop.connector.sync()
    ben = shop.visitor("ben")
    text = shown(ben, order_id)
    assert "No Shopify variant was found" in text
    assert "Map the SKU to the Shopify variant it means, or give a variant this SKU on Shopify." in text
    assert "connector sku" not in text
    kind, words = press(ben, order_id, "retry")
    said = "It was tried, and is still blocked. SKU matches no Shopify variant: no Shopify variant has"
    assert (kind, words.startswith(said)) == ("problem", True)
    shop.connector.us.shopify.add_product("Cap", [{"sku": "CAP-RED", "price": "22.00"}])
    kind, words = press(ben, order_id, "retry")
    name = shop.connector.order(order_id)["shopify_order_name"]
    assert (kind, words) == ("done", f"The order is on Shopify now, as {name}.")
    shop.connector.stands_once(order_id)
    entry = shop.console.audited()[0]
    assert (entry.user_name, entry.action) == ("ben", "order.retry")
    assert (entry.store, entry.subject) == ("us", order_id)


def test_refreshing_reads_the_order_again(shop: Desk) -> None:
    order_id = shop.connector.us.place("TEE-BLK-M")
    shop.connector.sync()
    ben = shop.visitor("ben")
    assert press(ben, order_id, "refresh") == ("done", "TikTok has nothing new.")
    shop.connector.wait(minutes=1)
    shop.connector.edit(order_id, lambda raw: raw.update(status="IN_TRANSIT"))
    assert "has changed" in press(ben, order_id, "refresh")[1]
    assert shop.connector.order(order_id)["status"] == "in_transit"
    assert shop.console.audited()[0].action == "order.refresh"


def test_mapping_the_sku_sends_this_order_and_the_others(shop: Desk) -> None:
    orders = [shop.connector.us.place("CAP-RED") for _ in range(3)]
    shop.connector.sync()
    ben = shop.visitor("ben")
    assert "Map this SKU" in shown(ben, orders[0])
    kind, words = press(ben, orders[0], "map", seller_sku="CAP-RED", other="TEE-BLK-M")
    assert (kind, words.startswith("The order is on Shopify now")) == ("done", True)
    shop.settle()
    for order_id in orders:
        shop.connector.stands_once(order_id)
    actions = [(entry.action, entry.subject) for entry in shop.console.audited()]
    assert ("sku.map", "CAP-RED") in actions


@only_sqlite
def test_a_mapping_that_names_nothing_says_so(shop: Desk) -> None:
    order_id = shop.connector.us.place("CAP-RED")
    shop.connector.sync()
    ben = shop.visitor("ben")
    assert press(ben, order_id, "map", seller_sku="CAP-RED")[1].startswith("Choose the Shopify variant")
    assert press(ben, order_id, "map", other="X")[1].startswith("The form names no SKU")
    words = press(ben, order_id, "map", seller_sku="CAP-RED", other="NOPE")[1]
    assert words.startswith("No variant of store us has the SKU 'NOPE'")
    assert "is not a variant's gid" in press(ben, order_id, "map", seller_sku="C", variant="gid://x/1")[1]


@only_sqlite
@pytest.mark.parametrize("action", ["retry", "refresh", "map"])
def test_a_viewer_changes_nothing(shop: Desk, action: str) -> None:
    order_id = shop.connector.us.place("CAP-RED")
    shop.connector.sync()
    vic = shop.visitor("vic")
    text = shown(vic, order_id)
    assert "Retry now" not in text
    assert "An operator can map CAP-RED" in text
    before = shop.console.audited()
    fields = {"seller_sku": "CAP-RED", "other": "TEE-BLK-M"}
    assert vic.post(f"/orders/us/{order_id}/{action}", fields).status_code == 403
    assert shop.connector.order(order_id)["state"] == "blocked"
    assert [entry.action for entry in shop.console.audited()] == [entry.action for entry in before]


@only_sqlite
@pytest.mark.parametrize(
    "path", ["/orders/us/404", "/orders/mars/1", "/orders/us/%00", "/orders/%00/%F0%9F%92%A9"]
)
def test_an_order_that_is_not_there_is_a_clear_page(shop: Desk, path: str) -> None:
    ben = shop.visitor("ben")
    answer = ben.get(path)
    assert answer.status_code == 404
    assert "no order" in answer.text or "no store named" in answer.text
    for action in ("retry", "refresh", "map"):
        assert ben.post(f"{path}/{action}").status_code == 404


@only_sqlite
def test_what_keeps_a_store_from_being_worked_on_is_said(shop: Desk) -> None:
    order_id = shop.connector.us.place("TEE-BLK-M")
    shop.connector.sync()
    shop.console.runtime.database.call(pause_store, name="us")
    assert press(shop.visitor("ben"), order_id, "refresh") == (
        "problem",
        "Store us is paused; resume it on its page under Stores",
    )

"""Needs attention: causes with their counts and remedies, and one action for all of their orders."""

import html
import re
import time

import pytest

from connector.ledger import stores
from connector.ledger.attention import attention
from connector.ledger.cause_orders import orders_of_cause
from connector.ledger.outcomes import Blocked
from models.state import Reason
from tests.console.conftest import only_sqlite
from tests.console.orders.conftest import Desk, Page
from tests.ledger.making import claim, raw_order, raw_unit, record, settle


def block(desk: Desk, store: stores.StoreRow, order_id: str, code: str, detail: str, *skus: str) -> None:
    """Put a blocked order into the ledger."""
    database = desk.console.runtime.database
    units = [raw_unit(sku) for sku in skus or ("SKU-1",)]
    record(database, store, raw_order(order_id, line_items=units))
    claimed = claim(database, store, order_ids=[order_id])
    settle(database, *(Blocked(each.pk, Reason(code, detail)) for each in claimed))


def test_orders_are_grouped_by_what_keeps_them(desk: Desk) -> None:
    us, uk = desk.shelf("us"), desk.shelf("uk")
    for number in range(3):
        block(desk, us, f"1{number}", "sku_unmatched", "no Shopify variant has the SKU 'A'", "A")
    block(desk, us, "20", "sku_unmatched", "no Shopify variant has the SKU 'A', 'it\\'s B'", "A", "it's B")
    block(desk, uk, "30", "sku_unmatched", "no Shopify variant has the SKU 'A'", "A")
    block(desk, us, "40", "total_mismatch", "TikTok's total is 1 but adds up to 2")
    block(desk, uk, "41", "total_mismatch", "TikTok's total is 5 but adds up to 7")
    block(desk, uk, "50", "address_unusable", "TikTok gives no address")
    many = "no Shopify variant has the SKU 'C1', 'C2', 'C3', 'C4', 'C5' and 1 more"
    block(desk, uk, "60", "sku_unmatched", many, "C1", "C2", "C3", "C4", "C5", "C6")
    found = desk.console.runtime.database.read(attention)
    causes = {(each.code, each.named, each.stores): each.orders for each in found.causes}
    assert causes == {
        ("sku_unmatched", "A", ("us",)): 4,
        ("sku_unmatched", "it's B", ("us",)): 1,
        ("sku_unmatched", "A", ("uk",)): 1,
        ("total_mismatch", "", ("uk", "us")): 2,
        ("address_unusable", "TikTok gives no address", ("uk",)): 1,
        **{("sku_unmatched", f"C{number}", ("uk",)): 1 for number in range(1, 7)},
    }
    assert (found.total, found.orders) == (11, 9)
    read = desk.console.runtime.database.read
    assert read(orders_of_cause, code="sku_unmatched", named="A", store_id=us.id) == ["20", "12", "11", "10"]
    assert read(orders_of_cause, code="sku_unmatched", named="C6", store_id=uk.id) == ["60"]
    assert read(orders_of_cause, code="total_mismatch", named="", store_id=us.id) == ["40"]
    page = html.unescape(desk.visitor("vic").get("/attention").text)
    assert "9 orders are not on Shopify" in page
    assert page.count('<li class="panel cause"') == 11
    assert "TikTok's total is 5 but adds up to 7" in page
    assert "/?store=uk&store=us&state=blocked&reason=total_mismatch" in page
    assert "Retry" not in page


def test_a_cause_leads_to_exactly_its_orders(desk: Desk) -> None:
    us, uk = desk.shelf("us"), desk.shelf("uk")
    for order_id, sku in (("10", "A"), ("11", "B"), ("12", "A"), ("13", "it's A")):
        block(desk, us, order_id, "sku_unmatched", f"no Shopify variant has the SKU {sku!r}", sku)
    block(desk, uk, "20", "sku_unmatched", "no Shopify variant has the SKU 'A'", "A")
    block(desk, us, "30", "shopify_refused", "the e-mail is not one", "A")
    block(desk, uk, "31", "shopify_refused", "the e-mail is not one")
    block(desk, us, "32", "shopify_refused", "the phone is not one & <b>")
    block(desk, uk, "33", "shopify_refused", "")
    ben = desk.visitor("ben")
    links = re.findall(r'class="cause-count"><a href="([^"]+)"', ben.get("/attention").text)
    found = [Page(ben.get(html.unescape(link))).orders for link in links]
    assert sorted(found) == [["11"], ["12", "10"], ["13"], ["20"], ["31", "30"], ["32"], ["33"]]
    page = html.unescape(ben.get("/attention/cause?code=sku_unmatched&named=it's A&store=us").text)
    assert "Map, and send 1 order" in page
    gone = ben.get("/attention/cause?code=sku_unmatched&named=C&store=us&after=7")
    assert (gone.status_code, "No order is kept by this" in gone.text) == (200, True)


@only_sqlite
def test_the_orders_of_a_cause_are_paged(desk: Desk) -> None:
    us = desk.shelf("us")
    ids = [str(100 + number) for number in range(60)]
    for order_id in ids:
        block(desk, us, order_id, "sku_unmatched", "no Shopify variant has the SKU 'A'", "A")
    ben = desk.visitor("ben")
    first = Page(ben.get("/attention/cause?code=sku_unmatched&named=A&store=us"))
    assert first.orders == ids[:9:-1]
    assert first.next is not None
    block(desk, us, "200", "sku_unmatched", "no Shopify variant has the SKU 'A'", "A")
    second = Page(ben.get(first.next))
    assert (second.orders, second.next) == (ids[9::-1], None)
    assert "10 of 61 orders" in second.text


def test_mapping_a_sku_once_frees_all_orders_that_wait_for_it(shop: Desk) -> None:
    waiting = [shop.connector.us.place("CAP-RED") for _ in range(4)]
    other = shop.connector.us.place("SOCK-GRY")
    shop.connector.sync()
    ben = shop.visitor("ben")
    assert "CAP-RED" in ben.get("/attention").text
    variant = shop.connector.us.shopify.variant("TEE-BLK-M").id
    answer = ben.post("/attention/map", {"store": "us", "seller_sku": "CAP-RED", "variant": variant})
    assert answer.headers["location"] == "/attention"
    shop.settle()
    page = Page(ben.get("/attention"))
    assert page.notice == ("done", "CAP-RED is mapped in us; 4 orders go on now.")
    assert 'value="CAP-RED"' not in page.text
    for order_id in waiting:
        shop.connector.stands_once(order_id)
    assert shop.connector.order(other)["state"] == "blocked"
    entry = next(entry for entry in shop.console.audited() if entry.action == "sku.map")
    assert (entry.user_name, entry.store, entry.subject, entry.detail) == ("ben", "us", "CAP-RED", variant)


@only_sqlite
def test_suggestions_stand_with_their_evidence(shop: Desk) -> None:
    shop.connector.us.place("SOCK-GRY")
    shop.connector.sync()
    page = html.unescape(shop.visitor("ben").get("/attention").text)
    assert "Which Shopify variant is" in page
    assert "same SKU · same title as TikTok's product · same price" in page
    assert "gid://shopify/ProductVariant/" in page


def test_all_orders_of_a_cause_are_tried_again(shop: Desk) -> None:
    orders = [shop.connector.us.place("CAP-RED") for _ in range(3)]
    shop.connector.sync()
    shop.connector.us.shopify.add_product("Cap", [{"sku": "CAP-RED", "price": "22.00"}])
    ben = shop.visitor("ben")
    ben.get("/attention")
    answer = ben.post("/attention/retry", {"code": "sku_unmatched", "named": "CAP-RED", "store": "us"})
    assert Page(ben.follow(answer)).notice == ("done", "3 orders are tried again now.")
    shop.settle()
    for order_id in orders:
        shop.connector.stands_once(order_id)
    assert "All is well" in ben.get("/attention").text
    entry = next(entry for entry in shop.console.audited() if entry.action == "orders.retry")
    assert (entry.store, entry.subject, entry.detail) == ("us", "sku_unmatched", "3 orders: CAP-RED")
    again = ben.post("/attention/retry", {"code": "sku_unmatched", "named": "CAP-RED", "store": "us"})
    assert Page(ben.follow(again)).notice == ("done", "No order is kept by this any more.")


@only_sqlite
def test_a_paused_store_keeps_its_orders_until_it_is_resumed(shop: Desk) -> None:
    order_id = shop.connector.us.place("CAP-RED")
    shop.connector.sync()
    shop.console.runtime.database.call(stores.pause_store, name="us")
    ben = shop.visitor("ben")
    ben.get("/attention")
    form = {"code": "sku_unmatched", "named": "CAP-RED", "store": "us"}
    answer = ben.post("/attention/retry", form)
    assert Page(ben.follow(answer)).notice == ("problem", "Store us is paused: resume it first.")
    answer = ben.post("/attention/map", {"store": "us", "seller_sku": "CAP-RED", "other": "TEE-BLK-M"})
    words = "CAP-RED is mapped in us; 1 order goes on when the store is resumed."
    assert Page(ben.follow(answer)).notice == ("done", words)
    shop.settle()
    assert shop.connector.order(order_id)["state"] == "waiting"


@only_sqlite
@pytest.mark.parametrize("action", ["map", "retry"])
def test_a_viewer_does_none_of_it(shop: Desk, action: str) -> None:
    shop.connector.us.place("CAP-RED")
    shop.connector.sync()
    vic = shop.visitor("vic")
    assert "Map, and send" not in vic.get("/attention").text
    assert vic.post(f"/attention/{action}", {"store": "us", "seller_sku": "CAP-RED"}).status_code == 403


@only_sqlite
def test_what_is_wrong_with_a_form_is_said(shop: Desk) -> None:
    ben = shop.visitor("ben")
    ben.get("/")
    for fields, words in (
        ({"store": "mars", "seller_sku": "A", "other": "B"}, "no store named 'mars'"),
        ({"store": "us", "seller_sku": "A"}, "Choose the Shopify variant that 'A' means"),
        ({"store": "us", "seller_sku": "\0", "other": "B"}, "names no SKU"),
    ):
        assert words in Page(ben.follow(ben.post("/attention/map", fields))).notice[1]
    assert "no store named" in Page(ben.follow(ben.post("/attention/retry", {"store": "mars"}))).notice[1]


@only_sqlite
def test_a_store_in_trouble_stands_on_top(desk: Desk) -> None:
    us = desk.shelf("us")
    call, now = desk.console.runtime.database.call, desk.console.clock.now()
    ben = desk.visitor("ben")
    assert "All is well" in ben.get("/attention").text
    call(stores.mark_failed, store_id=us.id, error="Shopify is <away>.")
    assert "Its last run ended with: Shopify is &lt;away&gt;." in ben.get("/attention").text
    call(stores.mark_alive, store_id=us.id, now=now, complete_up_to=now)
    assert "All is well" in ben.get("/attention").text
    desk.console.wait(hours=2)
    assert "is its schedule running?" in ben.get("/attention").text


def test_ten_thousand_blocked_orders_are_grouped_quickly(desk: Desk) -> None:
    us = desk.shelf("us")
    database = desk.console.runtime.database
    for start in range(0, 10_000, 500):
        ids = [str(100_000 + number) for number in range(start, start + 500)]
        record(database, us, *(raw_order(each) for each in ids))
        claimed = claim(database, us, limit=500)
        settle(database, *(Blocked(each.pk, _lacking(f"S{each.pk % 400}")) for each in claimed))
    ben = desk.visitor("ben")
    began = time.monotonic()
    page = ben.get("/attention").text
    assert time.monotonic() - began < 2
    assert "10,000 orders are not on Shopify" in page
    assert "350 more causes" in page


def _lacking(sku: str) -> Reason:
    return Reason("sku_unmatched", f"no Shopify variant has the SKU {sku!r}")

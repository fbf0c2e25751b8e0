"""Orders on the wire: sums that meet, one line per unit, masks by who ships, what each status brings."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.sandbox.catalog import BUNDLE_SKU, tiktok_listings
from connector.sandbox.people import buyer
from connector.sandbox.tiktok import Item, OrderDraft
from connector.sandbox.tiktok.shop_world import REACHED_AFTER
from tests.platforms import TikTokSandbox
from tests.sandbox.tiktok.caller import DETAIL, call, data, refused, search

LISTINGS = tiktok_listings("USD")


def shown(tiktok: TikTokSandbox, order_id: str) -> dict[str, Any]:
    orders: list[dict[str, Any]] = data(call(tiktok, "GET", DETAIL, {"ids": order_id}))["orders"]
    return orders[0]


def rich_draft() -> OrderDraft:
    items = (
        Item(LISTINGS["TEE-BLK-M"], 2, Decimal("2.40"), Decimal("1.20")),
        Item(LISTINGS["MUG-01"], 1, platform_discount=Decimal("0.63")),
        Item(LISTINGS["STK-GWP"], 1, gift=True),
    )
    return OrderDraft(
        buyer("US", 1),
        items,
        "USD",
        tax_rate=Decimal("0.0825"),
        shipping_fee=Decimal("5.99"),
        shipping_platform_discount=Decimal("2.00"),
        fees={"retail_delivery_fee": Decimal("0.28")},
    )


def test_the_sums_meet_as_documented(tiktok: TikTokSandbox) -> None:
    order = shown(tiktok, tiktok.world.place(tiktok.shop, rich_draft()))
    paid = {name: Decimal(value) for name, value in order["payment"].items() if name != "currency"}
    units = order["line_items"]
    assert len(units) == len({unit["id"] for unit in units}) == 4
    assert not any("quantity" in unit for unit in units)
    assert sum(Decimal(unit["sale_price"]) for unit in units) == paid["sub_total"] == Decimal("52.67")
    assert paid["sub_total"] == (
        paid["original_total_product_price"] - paid["seller_discount"] - paid["platform_discount"]
    )
    assert paid["total_amount"] == (
        paid["sub_total"] + paid["shipping_fee"] + paid["tax"] + paid["retail_delivery_fee"]
    )
    assert paid["tax"] == paid["product_tax"] + paid["shipping_fee_tax"] == Decimal("4.67")


@pytest.mark.parametrize("status", sorted(REACHED_AFTER))
def test_an_order_reaches_each_status_with_its_times_in_order(tiktok: TikTokSandbox, status: str) -> None:
    order = shown(tiktok, tiktok.place(quantity=2, status=status))
    assert order["status"] == status
    names = ("create_time", "paid_time", "rts_time", "collection_time", "delivery_time", "cancel_time")
    times = [order[name] for name in names if name in order]
    assert times == sorted(times)
    assert order["update_time"] == tiktok.clock.timestamp() >= times[-1]
    assert ("delivery_time" in order) is (status in ("DELIVERED", "COMPLETED"))
    assert ("paid_time" in order) is (status != "UNPAID")


def test_partial_shipping_ships_some_units(tiktok: TikTokSandbox) -> None:
    units = shown(tiktok, tiktok.place(quantity=3, status="PARTIALLY_SHIPPING"))["line_items"]
    assert [unit["display_status"] for unit in units] == [
        "AWAITING_COLLECTION",
        "AWAITING_SHIPMENT",
        "AWAITING_SHIPMENT",
    ]
    assert [bool(unit["tracking_number"]) for unit in units] == [True, False, False]


def test_the_address_is_open_only_where_the_seller_ships(tiktok: TikTokSandbox) -> None:
    world, shop, draft = tiktok.world, tiktok.shop, tiktok.draft()
    ours = shown(tiktok, world.place(shop, draft))["recipient_address"]
    theirs = shown(tiktok, world.place(shop, replace(draft, shipping_type="TIKTOK")))["recipient_address"]
    held = shown(tiktok, world.place(shop, draft, status="ON_HOLD"))["recipient_address"]
    assert ours["name"] == f"{draft.buyer.first_name} {draft.buyer.last_name}"
    for name in ("name", "phone_number", "address_line1", "postal_code", "full_address"):
        assert "*" in theirs[name]
        assert held[name] == ""
    assert theirs["district_info"][1] == ours["district_info"][1]
    assert "*" in theirs["district_info"][3]["address_name"]
    assert "district_info" not in held


def test_a_month_after_completion_the_address_is_masked(tiktok: TikTokSandbox) -> None:
    order_id = tiktok.place(status="COMPLETED")
    assert "*" not in shown(tiktok, order_id)["recipient_address"]["name"]
    tiktok.clock.advance(timedelta(days=30))
    tiktok.world.authorize(tiktok.shop)
    fresh = tiktok.world.authorize(tiktok.shop)
    answer = call(tiktok, "GET", DETAIL, {"ids": order_id}, token=fresh.access_token)
    assert "*" in data(answer)["orders"][0]["recipient_address"]["name"]


def test_a_held_address_in_each_possible_way(tiktok: TikTokSandbox) -> None:
    facts, order_id = tiktok.world.facts, tiktok.place(status="ON_HOLD")
    assert shown(tiktok, order_id)["recipient_address"]["name"] == ""
    facts.held_address = "masked"
    assert "*" in shown(tiktok, order_id)["recipient_address"]["name"]
    facts.held_address = "absent"
    assert "recipient_address" not in shown(tiktok, order_id)


def test_fifty_ids_at_most_and_others_orders_two_ways(tiktok: TikTokSandbox) -> None:
    mine = tiktok.place()
    other = tiktok.world.add_shop(region="GB")
    foreign = tiktok.world.place(other, tiktok.draft())
    ids = {"ids": f"{foreign},{mine},{mine}"}
    assert [order["id"] for order in data(call(tiktok, "GET", DETAIL, ids))["orders"]] == [mine]
    tiktok.world.facts.foreign_ids = "refuse"
    assert refused(call(tiktok, "GET", DETAIL, ids))[0] == 21008111
    assert refused(call(tiktok, "GET", DETAIL, {"ids": ",".join(["1"] * 51)}))[0] == 36009004


def test_detail_has_more_payment_fields_and_maybe_the_bundle(tiktok: TikTokSandbox) -> None:
    tiktok.world.facts.bundle_parts_in_search = False
    order_id = tiktok.place(BUNDLE_SKU)
    detail, (listed,) = shown(tiktok, order_id), search(tiktok)["orders"]
    assert detail["payment_card_type"] == "Debit"
    assert "payment_card_type" not in listed
    (unit,) = detail["line_items"]
    assert [(part["seller_sku"], part["sku_count"]) for part in unit["combined_listing_skus"]] == [
        ("TEE-BLK-M", 1),
        ("MUG-01", 2),
    ]
    assert sum(Decimal(part["sale_price"]) for part in unit["sub_item_info"]) == Decimal(unit["sale_price"])
    assert "combined_listing_skus" not in listed["line_items"][0]


def test_price_detail_agrees_with_the_order(tiktok: TikTokSandbox) -> None:
    order_id = tiktok.world.place(tiktok.shop, rich_draft())
    path = f"/order/202407/orders/{order_id}/price_detail"
    detail = data(call(tiktok, "GET", path))
    assert detail["total"] == tiktok.world.order(order_id)["payment"]["total_amount"]
    assert len(detail["line_items"]) == 4
    assert refused(call(tiktok, "GET", path.replace(order_id, "1")))[0] == 21008111


@pytest.mark.parametrize("moves", [False, True])
def test_an_edit_may_or_may_not_move_the_update_time(tiktok: TikTokSandbox, *, moves: bool) -> None:
    order_id = tiktok.place()
    before = tiktok.clock.timestamp()
    tiktok.world.facts.update_time_moves_on_edits = moves
    tiktok.clock.advance(timedelta(hours=1))
    tiktok.world.change_address(order_id, {"address_line1": "9 Placeholder Rd"})
    order = shown(tiktok, order_id)
    assert order["recipient_address"]["address_line1"] == "9 Placeholder Rd"
    assert order["update_time"] == before + 3600 * moves


def test_us_labels_and_cancelled_orders_may_show_the_address(tiktok: TikTokSandbox) -> None:
    facts, labelled = tiktok.world.facts, replace(tiktok.draft(), shipping_type="TIKTOK")
    ids = [tiktok.world.place(tiktok.shop, labelled), tiktok.place(status="CANCELLED")]
    names = [shown(tiktok, order_id)["recipient_address"]["name"] for order_id in ids]
    assert ("*" in names[0], names[1]) == (True, "")
    facts.us_platform_shipping_masked, facts.cancelled_address = False, "kept"
    names = [shown(tiktok, order_id)["recipient_address"]["name"] for order_id in ids]
    assert all(name and "*" not in name for name in names)


def test_an_order_can_vanish(tiktok: TikTokSandbox) -> None:
    gone, kept = tiktok.place(), tiktok.place()
    tiktok.shop.book.remove(gone)
    assert [order["id"] for order in search(tiktok)["orders"]] == [kept]
    assert data(call(tiktok, "GET", DETAIL, {"ids": gone}))["orders"] == []

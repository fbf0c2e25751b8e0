"""Order search: windows, sorting, pages, and what happens to pages while orders change."""

from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.catalog import BUNDLE_SKU
from connector.sandbox.tiktok.moulds import Mould
from connector.sandbox.tiktok.moves import apply_status
from tests.platforms import START, TikTokSandbox
from tests.sandbox.tiktok.caller import SEARCH, all_pages, call, refused, search

BY_UPDATE = {"sort_field": "update_time", "sort_order": "ASC"}


def place_in_turn(tiktok: TikTokSandbox, number: int) -> list[str]:
    """So many orders, each a minute after the one before."""
    ids = []
    for _ in range(number):
        ids.append(tiktok.place())
        tiktok.clock.advance(timedelta(minutes=1))
    return ids


def test_sorted_by_newest_creation_unless_asked_otherwise(tiktok: TikTokSandbox) -> None:
    ids = place_in_turn(tiktok, 3)
    assert [order["id"] for order in search(tiktok)["orders"]] == ids[::-1]
    assert all_pages(tiktok, **BY_UPDATE) == ids


def test_ge_is_inclusive_and_lt_exclusive(tiktok: TikTokSandbox) -> None:
    ids = place_in_turn(tiktok, 3)
    first = int(START.timestamp())
    window = {"update_time_ge": first, "update_time_lt": first + 120}
    assert all_pages(tiktok, window, **BY_UPDATE) == ids[:2]
    assert search(tiktok, window)["total_count"] == 2


def test_a_window_of_one_time_sorted_by_the_other(tiktok: TikTokSandbox) -> None:
    ids = place_in_turn(tiktok, 3)
    tiktok.world.move_order(ids[0], "AWAITING_COLLECTION")
    moved = {"update_time_ge": tiktok.clock.timestamp()}
    assert all_pages(tiktok, moved, sort_field="create_time") == ids[:1]


def test_filters_are_anded(tiktok: TikTokSandbox) -> None:
    place_in_turn(tiktok, 2)
    held = tiktok.place(status="ON_HOLD")
    assert all_pages(tiktok, {"order_status": "ON_HOLD"}) == [held]
    assert all_pages(tiktok, {"order_status": "ON_HOLD", "shipping_type": "TIKTOK"}) == []
    buyer = tiktok.world.order(held)["user_id"]
    assert held in all_pages(tiktok, {"buyer_user_id": buyer})


@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize("paging", ["key", "offset", "snapshot"])
def test_every_order_once_over_pages(tiktok: TikTokSandbox, paging: Any, order: str) -> None:
    ids = [tiktok.place() for _ in range(7)]
    tiktok.world.facts.paging = paging
    found = all_pages(tiktok, sort_field="update_time", sort_order=order, page_size="3")
    assert found == (ids if order == "ASC" else ids[::-1])


@pytest.mark.parametrize(("paging", "missed"), [("key", False), ("offset", True), ("snapshot", False)])
def test_an_order_that_changes_while_paging(tiktok: TikTokSandbox, paging: Any, *, missed: bool) -> None:
    ids = place_in_turn(tiktok, 6)
    tiktok.world.facts.paging = paging
    window = {"update_time_ge": 0, "update_time_lt": tiktok.clock.timestamp()}
    first = search(tiktok, window, **BY_UPDATE, page_size="2")
    tiktok.world.move_order(ids[0], "AWAITING_COLLECTION")
    rest: list[str] = []
    token = first["next_page_token"]
    while token:
        page = search(tiktok, window, **BY_UPDATE, page_size="2", page_token=token)
        rest += [order["id"] for order in page["orders"]]
        token = page["next_page_token"]
    assert rest == (ids[3:] if missed else ids[2:])


def test_a_snapshot_shows_newer_update_times_than_asked_for(tiktok: TikTokSandbox) -> None:
    ids = place_in_turn(tiktok, 2)
    tiktok.world.facts.paging = "snapshot"
    window = {"update_time_ge": 0, "update_time_lt": tiktok.clock.timestamp()}
    first = search(tiktok, window, **BY_UPDATE, page_size="1")
    tiktok.world.move_order(ids[1], "AWAITING_COLLECTION")
    token = first["next_page_token"]
    (order,) = search(tiktok, window, **BY_UPDATE, page_size="1", page_token=token)["orders"]
    assert order["update_time"] == window["update_time_lt"]


def test_a_page_token_is_bound_to_its_query_and_may_expire(tiktok: TikTokSandbox) -> None:
    place_in_turn(tiktok, 3)
    token = search(tiktok, page_size="1")["next_page_token"]
    other = call(tiktok, "POST", SEARCH, {"page_size": "1", "page_token": token}, {"update_time_ge": 5})
    assert refused(other) == (36009004, 400)
    tiktok.world.facts.page_token_lifetime = timedelta(minutes=10)
    assert search(tiktok, page_size="1", page_token=token)["orders"]
    tiktok.clock.advance(timedelta(minutes=10))
    stale = call(tiktok, "POST", SEARCH, {"page_size": "1", "page_token": token}, {"update_time_ge": 0})
    assert "page_token" in stale.json()["message"]


@pytest.mark.parametrize(
    "query", [{"page_size": "0"}, {"page_size": "101"}, {"sort_order": "UP"}, {"page_token": "x"}]
)
def test_parameters_that_do_not_fit(tiktok: TikTokSandbox, query: dict[str, str]) -> None:
    assert refused(call(tiktok, "POST", SEARCH, query, {})) == (36009004, 400)


def test_the_search_may_lag_behind_the_detail(tiktok: TikTokSandbox) -> None:
    (order_id,) = place_in_turn(tiktok, 1)
    tiktok.world.facts.search_lag = timedelta(seconds=30)
    tiktok.world.move_order(order_id, "AWAITING_COLLECTION")
    assert search(tiktok)["orders"][0]["status"] == "AWAITING_SHIPMENT"
    tiktok.clock.advance(timedelta(seconds=30))
    assert search(tiktok)["orders"][0]["status"] == "AWAITING_COLLECTION"
    assert search(tiktok)["total_count"] == 1


def test_anything_can_be_put_where_an_order_should_be(tiktok: TikTokSandbox) -> None:
    oddities: list[Any] = [None, "text", {"id": None}, {"recipient_address": 7, "line_items": "none"}, {}]
    for oddity in oddities:
        tiktok.world.add_order(tiktok.shop, oddity)
    assert search(tiktok, sort_order="ASC")["orders"] == oddities


def test_orders_cast_from_a_mould_are_whole_orders(tiktok: TikTokSandbox) -> None:
    draft, first = tiktok.draft(BUNDLE_SKU, quantity=2), 577_601_000_000_000_000
    mould = Mould(draft)
    for number in range(1000):
        tiktok.world.add_cast(tiktok.shop, mould, first + number, 1_790_000_000 + number)
    ids = all_pages(tiktok, **BY_UPDATE, page_size="100")
    assert ids == [str(first + number) for number in range(1000)]
    by_hand = draft.build(ids[7], int(ids[7]) * 10, 1_790_000_007)
    apply_status(by_hand, "AWAITING_SHIPMENT", 1_790_000_007, 0)
    (shown,) = search(tiktok, {"update_time_ge": 1_790_000_007, "update_time_lt": 1_790_000_008})["orders"]
    assert shown == tiktok.world.order(ids[7]) == by_hand
    tiktok.world.move_order(ids[5], "IN_TRANSIT")
    assert tiktok.world.order(ids[5])["status"] == "IN_TRANSIT"


def test_nothing_found_may_mean_no_list_at_all(tiktok: TikTokSandbox) -> None:
    tiktok.world.facts.absent_when_empty = True
    assert "orders" not in search(tiktok)

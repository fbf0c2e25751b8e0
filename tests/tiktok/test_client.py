"""The client's calls on the wire: details, versions, after-sales searches and pages that are off."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import pytest

from connector.errors import AccessDenied, RequestRefused, Unavailable
from connector.sandbox.clock import SandboxClock
from connector.tiktok.client import TikTokClient
from tests.tiktok.wire import Asked, Reply, Script, bad, client_of, good, wire

T = TypeVar("T")


def _with(script: Script, use: Callable[[TikTokClient], Awaitable[T]]) -> tuple[T, list[Asked]]:
    async def run() -> tuple[T, list[Asked]]:
        clock = SandboxClock(datetime(2026, 11, 1, tzinfo=UTC), frozen=True)
        async with wire(script) as served, client_of(served, clock=clock) as client:
            return await use(client), served.asked

    return asyncio.run(run())


def _known(*own: str, refusing: str = "21008111") -> Callable[[Asked], Reply]:
    """A shop that refuses the whole call for one id that is not its own."""

    def answer(asked: Asked) -> Reply:
        ids = asked.query["ids"].split(",")
        if set(ids) <= set(own):
            return good({"orders": [{"id": order_id} for order_id in ids]})
        return bad(int(refusing), "ids: The order does not belong to the current seller.")

    return answer


def _ids(orders: list[dict[str, Any]]) -> list[str]:
    return [str(order["id"]) for order in orders]


def test_details_are_asked_for_fifty_at_a_time_without_repeats() -> None:
    ids = [str(number) for number in range(120)]
    shop = _known(*ids)
    orders, asked = _with([shop] * 3, lambda client: client.order_details([*ids, "5", "bad id", ""]))
    assert _ids(orders) == ids
    assert [len(one.query["ids"].split(",")) for one in asked] == [50, 50, 20]
    assert asked[0].path.endswith("/order/202507/orders")


def test_no_ids_cost_no_call() -> None:
    orders, asked = _with([], lambda client: client.order_details(["", "a,b"]))
    assert (orders, asked) == ([], [])


@pytest.mark.parametrize("code", ["21008111", "10006402", "36009004", "10002014"])
def test_one_foreign_id_does_not_lose_the_rest(code: str) -> None:
    own = [str(number) for number in range(49)]
    asked_for = [*own[:30], "foreign", *own[30:]]
    shop = _known(*own, refusing=code)
    orders, asked = _with([shop] * 20, lambda client: client.order_details(asked_for))
    assert _ids(orders) == own
    assert len(asked) <= 13


def test_only_foreign_ids_are_simply_missing() -> None:
    orders, _ = _with([_known()] * 9, lambda client: client.order_details(["1", "2", "3"]))
    assert orders == []


def test_no_permission_for_any_order_is_said_instead() -> None:
    with pytest.raises(AccessDenied, match="10006402"):
        _with([_known(refusing="10006402")] * 9, lambda client: client.order_details(["1", "2"]))


def test_a_missing_scope_is_not_looked_for_in_halves() -> None:
    with pytest.raises(AccessDenied, match="scope"):
        _with([bad(105005)], lambda client: client.order_details(["1", "2"]))


def test_orders_nobody_asked_for_are_left_out_and_missing_ones_are_missing() -> None:
    reply = good({"orders": [{"id": "2"}, {"id": "9"}, None, {"id": 3}]})
    orders, _ = _with([reply], lambda client: client.order_details(["1", "2", "3"]))
    assert _ids(orders) == ["2", "3"]


@pytest.mark.parametrize(
    "retired", [bad(36009014), bad(36009009, status=404), Reply(404, b"not found")], ids=repr
)
def test_a_version_that_is_not_served_is_replaced_by_the_older_one_for_good(retired: Reply) -> None:
    async def twice(client: TikTokClient) -> None:
        for _ in range(2):
            async for _page in client.returns(update_from=1, update_to=2):
                pass

    _, asked = _with([retired, good({}), good({})], twice)
    assert [one.path.split("/")[3] for one in asked] == ["202602", "202309", "202309"]


def test_the_last_version_that_is_not_served_is_an_error() -> None:
    with pytest.raises(RequestRefused, match="36009014"):
        _with([bad(36009014)], lambda client: client.search_orders({"update_time_lt": 5}))


def test_price_detail_has_the_id_in_its_path() -> None:
    detail, asked = _with([good({"total": "5"})], lambda client: client.price_detail("576/1"))
    assert detail == {"total": "5"}
    assert asked[0].path == "/gateway/order/202407/orders/576%2F1/price_detail"


async def _collect(pages: Any) -> list[Any]:
    return [page async for page in pages]


def test_what_is_no_object_is_kept_apart() -> None:
    reply = good({"orders": [{"id": "1"}, "x", None], "next_page_token": None, "total_count": "3"})
    (page,), asked = _with([reply], lambda client: _collect(client.order_pages(update_from=1, update_to=9)))
    assert (page.orders, page.unusable, page.total_count) == ([{"id": "1"}], ["x", None], 3)
    assert asked[0].filters == {"update_time_ge": 1, "update_time_lt": 9}


@pytest.mark.parametrize("data", [{}, None, {"orders": None}, {"orders": [], "next_page_token": ""}])
def test_nothing_found_may_look_in_many_ways(data: object) -> None:
    (page,), _ = _with([good(data)], lambda client: _collect(client.order_pages(update_from=1)))
    assert (page.orders, page.next_page_token) == ([], "")


@pytest.mark.parametrize("data", [{"orders": {}}, {"orders": "[]"}, {"orders": [], "next_page_token": 5}])
def test_a_page_of_another_shape_is_not_taken_for_an_empty_one(data: object) -> None:
    with pytest.raises(Unavailable):
        _with([good(data)], lambda client: _collect(client.order_pages(update_from=1)))


def test_an_open_window_ends_at_the_present_so_that_no_body_is_empty() -> None:
    _, asked = _with([good({})], lambda client: _collect(client.order_pages()))
    assert asked[0].filters == {"update_time_lt": 1_793_491_200}


def test_a_window_of_create_time_may_be_narrowed_by_update_time() -> None:
    _, asked = _with(
        [good({})],
        lambda client: _collect(
            client.order_pages(create_from=1, create_to=2, update_from=3, sort_field="create_time")
        ),
    )
    assert asked[0].query["sort_field"] == "create_time"
    assert asked[0].filters == {"create_time_ge": 1, "create_time_lt": 2, "update_time_ge": 3}


def test_aftersales_of_orders_are_sorted_by_what_never_changes() -> None:
    script = [
        good({"return_orders": [{"return_id": "1"}], "next_page_token": "t"}),
        good({"return_orders": [{"return_id": "2"}]}),
        good({"return_orders": []}),
    ]
    ids = [str(number) for number in range(60)]
    pages, asked = _with(script, lambda client: _collect(client.returns(order_ids=ids)))
    assert [item["return_id"] for page in pages for item in page.items] == ["1", "2"]
    assert [len(one.filters["order_ids"]) for one in asked] == [50, 50, 10]
    assert {one.query["sort_field"] for one in asked} == {"create_time"}
    assert {one.query["page_size"] for one in asked} == {"50"}


def test_no_order_ids_mean_no_aftersales_rather_than_all() -> None:
    pages, asked = _with([], lambda client: _collect(client.cancellations(order_ids=[])))
    assert (pages, asked) == ([], [])


def test_cancellations_of_a_window() -> None:
    script = [good({"cancellations": [{"cancel_id": "1"}]})]
    (page,), asked = _with(script, lambda client: _collect(client.cancellations(update_from=1)))
    assert page.items == [{"cancel_id": "1"}]
    assert asked[0].path.endswith("/return_refund/202602/cancellations/search")
    assert asked[0].filters == {"update_time_ge": 1, "update_time_lt": 1_793_491_200}


def test_webhook_addresses_of_the_shop() -> None:
    script = [good({"webhooks": [{"event_type": "PACKAGE_UPDATE", "address": "https://x"}]})]
    webhooks, asked = _with(script, lambda client: client.webhooks())
    assert webhooks[0]["event_type"] == "PACKAGE_UPDATE"
    assert "shop_cipher" in asked[0].query

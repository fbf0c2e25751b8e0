"""Returns search and cancellations search of the sandbox TikTok."""

from collections.abc import Mapping
from typing import Any

import orjson

from connector.sandbox.tiktok.gate import Caller
from connector.sandbox.tiktok.paging import page_token, read_query
from connector.sandbox.tiktok.world import TikTokWorld

_LISTS = {
    "return_ids": "return_id",
    "cancel_ids": "cancel_id",
    "order_ids": "order_id",
    "return_types": "return_type",
    "cancel_types": "cancel_type",
    "return_status": "return_status",
    "cancel_status": "cancel_status",
    "arbitration_status": "arbitration_status",
}


def search_returns(world: TikTokWorld, caller: Caller) -> bytes:
    """`POST /return_refund/{202309,202602}/returns/search`; the list is called `return_orders`."""
    assert caller.shop is not None
    return _search(world, caller, caller.shop.returns, "return_orders")


def search_cancellations(world: TikTokWorld, caller: Caller) -> bytes:
    """`POST /return_refund/{202309,202602}/cancellations/search`."""
    assert caller.shop is not None
    return _search(world, caller, caller.shop.cancellations, "cancellations")


def _search(world: TikTokWorld, caller: Caller, requests: Mapping[str, dict[str, Any]], word: str) -> bytes:
    now = world.clock.timestamp()
    query = read_query(
        caller.parameters,
        caller.body,
        default_size=10,
        largest=50,
        default_order="ASC",
        now=now,
        token_life=None,
    )
    found = [request for request in requests.values() if _fits(request, query.filters)]
    found.sort(key=lambda request: (request[query.sort_field], request["order_id"]), reverse=query.descending)
    start = 0 if query.token is None else int(query.token["offset"])
    end = start + query.page_size
    data = {
        word: [_spelled(request, world.facts.cancel_spelling) for request in found[start:end]],
        "total_count": len(found),
        "next_page_token": page_token(query, now, offset=end) if end < len(found) else "",
    }
    return orjson.dumps(data)


def _fits(request: dict[str, Any], filters: dict[str, Any]) -> bool:
    for name, wanted in filters.items():
        if name in _LISTS and wanted and request.get(_LISTS[name], "") not in wanted:
            return False
        if name in ("create_time_ge", "update_time_ge") and request[name[:-3]] < wanted:
            return False
        if name in ("create_time_lt", "update_time_lt") and request[name[:-3]] >= wanted:
            return False
    return True


def _spelled(request: dict[str, Any], ending: str) -> dict[str, Any]:
    shown = dict(request)
    for name in ("return_status", "cancel_status"):
        if str(shown.get(name, "")).endswith("_REQUEST_CANCEL"):
            shown[name] = shown[name].removesuffix("CANCEL") + ending
    return shown

"""A bare TikTok client for the sandbox's own tests: signs with the sandbox's signature and keeps nothing."""

from typing import Any

import httpx
import orjson

from connector.sandbox.tiktok.signature import expected_sign
from tests.platforms import TikTokSandbox

SEARCH = "/order/202309/orders/search"
DETAIL = "/order/202507/orders"
RETURNS = "/return_refund/202602/returns/search"
CANCELLATIONS = "/return_refund/202602/cancellations/search"


def call(
    tiktok: TikTokSandbox,
    method: str,
    path: str,
    query: dict[str, str] | None = None,
    body: Any = None,
    *,
    token: str | None = None,
    cipher: str | None = None,
) -> httpx.Response:
    """One signed call; `cipher=""` leaves the shop out."""
    parameters = {
        "app_key": tiktok.world.app_key,
        "timestamp": str(tiktok.clock.timestamp()),
        **(query or {}),
    }
    named = tiktok.shop.cipher if cipher is None else cipher
    if named:
        parameters["shop_cipher"] = named
    content = b"" if body is None else orjson.dumps(body)
    parameters.setdefault(
        "sign", expected_sign(path, parameters, content, "application/json", tiktok.world.app_secret)
    )
    headers = {
        "content-type": "application/json",
        "x-tts-access-token": tiktok.grant.access_token if token is None else token,
    }
    return httpx.request(method, tiktok.base_url + path, params=parameters, content=content, headers=headers)


def data(response: httpx.Response) -> Any:
    """The `data` of a success."""
    envelope = response.json()
    assert envelope["code"] == 0, envelope
    return envelope["data"]


def refused(response: httpx.Response) -> tuple[int, int]:
    """The code and the HTTP status of a refusal."""
    return response.json()["code"], response.status_code


def search(tiktok: TikTokSandbox, body: dict[str, Any] | None = None, **query: str) -> Any:
    """The `data` of an order search."""
    return data(call(tiktok, "POST", SEARCH, query, body or {"update_time_ge": 0}))


def all_pages(tiktok: TikTokSandbox, body: dict[str, Any] | None = None, **query: str) -> list[str]:
    """The order ids of every page, in the order they came."""
    ids: list[str] = []
    token = ""
    while True:
        more = {"page_token": token} if token else {}
        page = search(tiktok, body, **query, **more)
        ids += [order["id"] for order in page["orders"]]
        token = page["next_page_token"]
        if not token:
            return ids

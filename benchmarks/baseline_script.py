"""What a person would write in an afternoon: page TikTok, send each order to Shopify, one after the other.

It keeps no database, no history and no cursor, checks nothing, retries nothing, and would make every order
again when it is started twice. Its creates hold what the connector's hold. Prints its figures as JSON.
"""

import argparse
import json
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from benchmarks.baseline_orders import order_input
from connector.tiktok.signing import sign

_SEARCH = "/order/202309/orders/search"
_VARIANTS = """query($after: String) { productVariants(first: 250, after: $after) {
    nodes { id sku } pageInfo { hasNextPage endCursor } } }"""
_CREATE = """mutation($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
    orderCreate(order: $order, options: $options) { order { id name } userErrors { field message } } }"""
_OPTIONS = {
    "inventoryBehaviour": "DECREMENT_IGNORING_POLICY",
    "sendReceipt": False,
    "sendFulfillmentReceipt": False,
}


def main() -> int:
    """Bring over the first `--orders` orders of the pair in `--store-file`; all of them by default."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store-file", type=Path, required=True)
    parser.add_argument("--orders", type=int, default=None)
    asked = parser.parse_args()
    store = tomllib.loads(asked.store_file.read_text("utf-8"))
    with httpx.Client(timeout=60) as http:
        variants = _variants(http, store["shopify"])
        began, processor_before = time.monotonic(), time.process_time()
        created = 0
        for order in islice(_orders(http, store["tiktok"]), asked.orders):
            _create(http, store, order_input(order, variants, store["tiktok"]["shop_id"]))
            created += 1
        seconds, processor = time.monotonic() - began, time.process_time() - processor_before
    sys.stdout.write(json.dumps({"created": created, "seconds": seconds, "cpu_seconds": processor}) + "\n")
    return 0


def _orders(http: httpx.Client, tiktok: dict[str, Any]) -> Iterator[dict[str, Any]]:
    until = int((datetime.now(UTC) + timedelta(minutes=1)).timestamp())
    body = json.dumps({"update_time_ge": 0, "update_time_lt": until}).encode()
    page_token = ""
    while True:
        query = {
            "app_key": tiktok["app_key"],
            "timestamp": str(int(time.time())),
            "shop_cipher": tiktok["shop_cipher"],
            "page_size": "100",
            "sort_field": "update_time",
            "sort_order": "ASC",
            **({"page_token": page_token} if page_token else {}),
        }
        query["sign"] = sign(path=_SEARCH, query=query, body=body, secret=tiktok["app_secret"])
        answer = http.post(
            f"{tiktok['base_url']}{_SEARCH}?{urlencode(query)}",
            content=body,
            headers={"content-type": "application/json", "x-tts-access-token": tiktok["access_token"]},
        ).json()["data"]
        yield from answer.get("orders", [])
        page_token = answer.get("next_page_token") or ""
        if not page_token:
            return


def _create(http: httpx.Client, store: dict[str, Any], order: dict[str, Any]) -> None:
    answer = _graphql(http, store["shopify"], _CREATE, {"order": order, "options": _OPTIONS})
    if not answer["orderCreate"]["order"]:
        raise SystemExit(f"Shopify refused an order: {answer['orderCreate']['userErrors']}")


def _variants(http: httpx.Client, shopify: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    after: str | None = None
    while True:
        page = _graphql(http, shopify, _VARIANTS, {"after": after})["productVariants"]
        found |= {node["sku"]: node["id"] for node in page["nodes"] if node["sku"]}
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _graphql(http: httpx.Client, shopify: dict[str, Any], text: str, variables: dict[str, Any]) -> Any:
    answer = http.post(
        f"{shopify['base_url']}/admin/api/{shopify['api_version']}/graphql.json",
        json={"query": text, "variables": variables},
        headers={"x-shopify-access-token": shopify["access_token"]},
    ).json()
    if "errors" in answer:
        raise SystemExit(f"Shopify answered with errors: {answer['errors']}")
    return answer["data"]


if __name__ == "__main__":
    raise SystemExit(main())

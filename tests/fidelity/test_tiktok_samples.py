"""The sandbox's documents against samples of TikTok's, field by field and type by type."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.sandbox.scenario import demo_scenario
from connector.sandbox.tiktok.refusals import SEEN_STATUS
from connector.sandbox.tiktok.signature import webhook_authorization
from tests.platforms import TikTokSandbox
from tests.sandbox.tiktok.caller import all_pages, search

Types = dict[str, set[str]]

BEYOND_THE_SAMPLES = {
    ".cancel_reason",
    ".cancel_time",
    ".cancellation_initiator",
    ".collection_time",
    ".delivery_time",
    ".payment.handling_fee",
}
"""Documented order fields of statuses and markets that no sample shows."""


@pytest.fixture(scope="module")
def samples() -> Path:
    folder = os.environ.get("CONNECTOR_REFERENCE")
    if not folder:
        pytest.skip("CONNECTOR_REFERENCE does not name the folder of platform samples")
    return Path(folder) / "tiktok-samples"


def types_of(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every field's path and JSON type, list items taken together."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from types_of(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from types_of(inner, path)
    else:
        yield path, type(value).__name__


def collected(values: list[Any]) -> Types:
    found: Types = {}
    for path, kind in types_of(values):
        found.setdefault(path, set()).add(kind)
    return found


def sample(samples: Path, name: str) -> Any:
    return json.loads((samples / f"{name}-response.json").read_text("utf-8"))["data"]


def test_orders_have_the_samples_fields_and_types(samples: Path) -> None:
    listed = sample(samples, "order-search")["orders"] + sample(samples, "order-detail")["orders"]
    platforms = demo_scenario().platforms
    documents = [order.document for pair in platforms.pairs.values() for order in pair.shop.book]
    theirs = collected(listed)
    ours = collected([raw for raw in documents if raw["id"]])
    assert set(ours) - set(theirs) == BEYOND_THE_SAMPLES
    assert {path: kinds for path, kinds in ours.items() if path in theirs and kinds != theirs[path]} == {}


@pytest.mark.parametrize(
    ("name", "word", "kind"),
    [
        ("returns-search", "return_orders", "returns"),
        ("cancellations-search", "cancellations", "cancellations"),
    ],
)
def test_after_sales_requests_have_the_samples_fields(samples: Path, name: str, word: str, kind: str) -> None:
    theirs = collected(sample(samples, name)[word])
    platforms = demo_scenario().platforms
    requests = [found for pair in platforms.pairs.values() for found in getattr(pair.shop, kind).values()]
    ours = collected(requests)
    assert set(ours) - set(theirs) <= {".arbitration_status"}
    assert {
        path for path in theirs if ours.get(path) != theirs[path] and "discount_amount" not in path
    } == set()


def test_the_samples_pass_through_the_sandbox(samples: Path, tiktok: TikTokSandbox) -> None:
    tiktok.world.facts.held_address = "blank"
    orders = sample(samples, "order-search")["orders"]
    for order in orders:
        tiktok.world.add_order(tiktok.shop, order)
    assert set(all_pages(tiktok)) == {order["id"] for order in orders}
    ours = {order["id"]: order for order in search(tiktok)["orders"]}
    seller_shipped, held, platform_shipped = orders
    assert ours[seller_shipped["id"]] == seller_shipped
    assert ours[held["id"]]["recipient_address"] == held["recipient_address"]
    assert "*" in ours[platform_shipped["id"]]["recipient_address"]["name"]


def test_webhook_signatures(samples: Path) -> None:
    signed = json.loads((samples / "webhook-signatures.json").read_text("utf-8"))
    for name, authorization in signed["authorization"].items():
        body = (samples / name).read_bytes()
        assert webhook_authorization(signed["app_key"], signed["app_secret"], body) == authorization


def test_error_codes_have_the_status_they_were_seen_with(samples: Path) -> None:
    seen = json.loads((samples / "error-envelopes.json").read_text("utf-8"))
    statuses = {entry["body"]["code"]: entry["http_status"] for entry in seen if entry["body"]}
    known = {code: status for code, status in statuses.items() if status is not None}
    assert {code: SEEN_STATUS[code] for code in known} == known

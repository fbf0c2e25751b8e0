"""The built orders against the platforms' published shapes, where those files are at hand."""

import gzip
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInputType, GraphQLSchema, build_schema
from graphql.utilities import validate_input_value

from models.state import Reason
from models.wire.tiktok import parse_order
from tests.mapping.documents import index, judged, order, store, unit
from tests.mapping.shown import total_on_shopify

SAMPLES = ("order-search-response", "order-detail-response")
SKUS = index("TEE-BLK-M", "MUG-01", "STK-GWP", "TOTE-NAT", "MATCHA-KIT")
TOTALS = {
    "576461413038785752": {"61.33", "39.25"},
    "576859029223086001": {"14.99"},
    "576461413038785900": {"37.89"},
}


def _folder() -> Path:
    folder = os.environ.get("CONNECTOR_REFERENCE")
    if not folder:
        pytest.skip("CONNECTOR_REFERENCE does not name the folder with the platforms' reference files")
    return Path(folder)


@lru_cache(maxsize=1)
def _schema(path: Path) -> GraphQLSchema:
    return build_schema(gzip.decompress(path.read_bytes()).decode(), assume_valid=True)


def _faults(schema: GraphQLSchema, value: object, type_name: str) -> list[str]:
    faults: list[str] = []
    wanted = schema.type_map[type_name]
    assert isinstance(wanted, GraphQLInputType)
    validate_input_value(value, wanted, lambda error, path: faults.append(f"{path}: {error.message}"))
    return faults


def _orders() -> list[dict[str, Any]]:
    shipped = order(
        [unit("TEE-BLK-M", "9.00")], status="IN_TRANSIT", tracking_number="T1", shipping_provider="UPS"
    )
    discounted = order([unit("MUG-01", "9.00")], payment={"payment_platform_discount": "1.00"}, total="8.00")
    taxed = order([unit("MUG-01", "9.00")], payment={"tax": "0.70", "handling_fee": "1.00"})
    free = order([unit("STK-GWP", "0")], buyer_message="Thanks")
    return [shipped, discounted, taxed, free]


def test_what_is_sent_fits_shopifys_published_input_types() -> None:
    schema = _schema(_folder() / "shopify" / "admin-2026-10.nodesc.graphql.gz")
    for raw in _orders():
        verdict = judged(raw, SKUS)
        assert not isinstance(verdict, Reason)
        assert _faults(schema, verdict[1].input, "OrderCreateOrderInput") == []
        assert _faults(schema, verdict[1].options, "OrderCreateOptionsInput") == []


@pytest.mark.parametrize("name", SAMPLES)
def test_tiktoks_samples_meet_their_totals(name: str) -> None:
    answer = json.loads((_folder() / "tiktok-samples" / f"{name}.json").read_text())
    created = 0
    for raw in answer["data"]["orders"]:
        verdict = judged(raw, SKUS, store(parse_order(raw).payment.currency))
        if isinstance(verdict, Reason):
            assert raw["status"] == "ON_HOLD"
            continue
        created += 1
        assert f"{total_on_shopify(verdict[1].input)}" in TOTALS[raw["id"]]
    assert created == 2

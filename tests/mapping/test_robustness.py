"""Whatever a document holds, it ends as an order that meets its total or as a reason."""

import random
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.mapping.agreement import acceptable_totals
from connector.mapping.judgement import judge_order
from connector.mapping.projection import project
from connector.mapping.shipped import fulfilment_of
from models.state import BLOCKING_PRECEDENCE, Reason
from models.wire.tiktok import MalformedOrder, parse_order
from tests.mapping.documents import NOW, index, store
from tests.mapping.mutations import WRONG_VALUES, mutations, rich_order
from tests.mapping.shown import total_on_shopify, transaction_total

INDEX = index("A", "B", "GIFT")


def outcome(raw: dict[str, Any]) -> str:
    """`created` or the reason's code; fails the test if an order is created with wrong sums."""
    project(raw)
    fulfilment_of(raw, {"s-A": "gid/A"})
    acceptable_totals(raw)
    try:
        parsed = parse_order(raw)
    except MalformedOrder as malformed:
        return "malformed" if len(str(malformed)) < 300 else f"too long: {malformed}"
    verdict = judge_order(parsed, INDEX, store("USD"), now=NOW)
    if isinstance(verdict, Reason):
        assert verdict.code in BLOCKING_PRECEDENCE
        assert verdict.detail
        return str(verdict.code)
    sent = verdict[1]
    assert total_on_shopify(sent.input) == transaction_total(sent.input) == sent.total
    orjson.dumps({"order": sent.input, "options": sent.options})
    return "created"


def test_the_order_that_is_mutated_is_sound() -> None:
    assert outcome(rich_order()) == "created"


def test_each_field_with_each_wrong_value_ends_as_an_order_or_a_reason() -> None:
    outcomes = {name: outcome(raw) for name, raw in mutations()}
    assert len(outcomes) > 3000
    assert set(outcomes.values()) == {
        "created",
        "malformed",
        "invalid_order",
        "sku_missing",
        "sku_unmatched",
        "address_unusable",
        "total_mismatch",
    }


@pytest.mark.parametrize("seed", range(4))
def test_many_wrong_values_at_once_end_as_an_order_or_a_reason(seed: int) -> None:
    chosen = random.Random(seed)
    for _ in range(300):
        raw = rich_order()
        for _ in range(chosen.randint(2, 6)):
            place = chosen.choice([raw, raw["payment"], raw["recipient_address"], *raw["line_items"]])
            if isinstance(place, dict) and place:
                place[chosen.choice(sorted(place))] = chosen.choice(WRONG_VALUES[1:])
            if not all(isinstance(raw[name], dict) for name in ("payment", "recipient_address")):
                break
            if not isinstance(raw["line_items"], list):
                break
        assert outcome(raw)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_may_stand_where_people_write(name: str, message: str) -> None:
    raw = rich_order()
    raw["buyer_message"] = message
    raw["recipient_address"] = {**raw["recipient_address"], "name": name, "first_name": name}
    assert outcome(raw) in {"created", "address_unusable"}

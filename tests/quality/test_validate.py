"""Validation of batches: which orders fail, and in which words."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from connector.mapping.judgement import judge_order
from connector.quality.data_docs import write_data_docs
from connector.quality.rules import RULES
from connector.quality.validate import validate_batch
from models.state import Reason, ReasonCode
from models.wire.tiktok import parse_order
from tests.mapping.documents import CREATED, NOW, index, order, store, unit
from tests.mapping.mutations import mutations, rich_order

SOUND = [unit("A", "10.00", tax="0.80")]


def _broken(**fields: Any) -> dict[str, Any]:
    total = fields.pop("total", None)
    return {**order(SOUND, payment={"tax": "0.80"}, total=total), **fields}


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "type": (_broken(payment=7), "payment must be an object, not a number"),
    "total missing": ({**_broken(), "payment": {"currency": "USD"}}, "payment.total_amount is missing"),
    "id": (_broken(id="a b"), "an id of digits, letters, - and _; found 'a b'"),
    "currency": (
        order(SOUND, currency="USD") | {"payment": {"currency": "ZZZ", "total_amount": "1"}},
        "'ZZZ'",
    ),
    "two currencies": (
        {**_broken(), "line_items": [{**SOUND[0], "currency": "EUR"}]},
        "every line item is in the order's currency; found 'EUR' in an order in 'USD'",
    ),
    "negative": (_broken(total="-4.20"), "no amount is below zero; found payment.total_amount -4.20"),
    "digits": (
        order([unit("A", "10.005")], total="10.01"),
        "more digits than its currency; found payment.sub_total is 10.005",
    ),
    "no units": (_broken(line_items=[]), "at least one unit is not cancelled; found no line items"),
    "all cancelled": (
        order([unit("A", "10.00", status="CANCELLED")]),
        "at least one unit is not cancelled; found 1 line items, all cancelled",
    ),
    "split bundle": (
        order([unit("KIT", "9.00", sub_item_info=[{"display_status": "CANCELLED"}])]),
        "a bundle is cancelled as a whole or not at all; found a part of 'KIT' cancelled",
    ),
    "no time": (_broken(create_time=0), "the order has a creation time; found no create_time"),
    "times": (
        _broken(paid_time=CREATED - 1),
        "found paid_time 2026-09-21T14:13:19Z, but create_time 2026-09-21T14:13:20Z",
    ),
    "status": (_broken(status="TELEPORTED"), "the status is one that is known; found 'teleported'"),
    "fulfilment": (_broken(fulfillment_type="FULFILLMENT_BY_ROBOT"), "found 'FULFILLMENT_BY_ROBOT'"),
    "shipping": (_broken(shipping_type=None), "the shipping type is one that is known; found nothing"),
}


def test_each_rule_is_broken_by_an_order_and_named_in_plain_words() -> None:
    batch = list(enumerate(raw for raw, _ in CASES.values()))
    sound = len(batch)
    verdict = validate_batch([*batch, (sound, rich_order())])
    assert sound not in verdict.failed
    for (name, (_, words)), pk in zip(CASES.items(), range(sound), strict=True):
        reason = verdict.failed[pk]
        assert reason.code == ReasonCode.INVALID_ORDER, name
        assert words in reason.detail, name
        assert reason.detail.startswith("expected that "), name
    assert [row["expectation"] for row in verdict.statistics] == [rule.says for rule in RULES]
    assert all(row["failed"] for row in verdict.statistics)
    assert verdict.evaluated == sound + 1
    assert not verdict.ok


def test_a_sound_batch_has_no_failures() -> None:
    verdict = validate_batch([(1, rich_order()), (2, _broken())])
    assert verdict.ok
    assert verdict.failed == {}
    assert {row["failed"] for row in verdict.statistics} == {0}


def test_an_empty_batch_is_fine() -> None:
    verdict = validate_batch([])
    assert (verdict.ok, verdict.evaluated, len(verdict.statistics)) == (True, 0, len(RULES))


@pytest.mark.parametrize("raw", [{}, {"id": None}, {"id": "1", "payment": None}])
def test_a_batch_in_which_nothing_can_be_read_is_judged_too(raw: dict[str, Any]) -> None:
    assert validate_batch([(1, raw)]).failed[1].code == ReasonCode.INVALID_ORDER


def test_orders_without_payment_or_in_replacement_may_be_paid_before_or_never() -> None:
    free = [(1, _broken(paid_time=0)), (2, _broken(is_replacement_order=True, paid_time=CREATED - 9999))]
    assert validate_batch(free).ok


def test_every_mutated_order_that_passes_can_be_judged_and_no_detail_is_personal() -> None:
    documents = [raw for _, raw in mutations()]
    passed = 0
    for start in range(0, len(documents), 1500):
        batch = list(enumerate(documents[start : start + 1500]))
        verdict = validate_batch(batch)
        for pk, raw in batch:
            if pk in verdict.failed:
                assert not any(
                    word in verdict.failed[pk].detail for word in ("Ada", "Elm", "94103", "scs.tiktok")
                )
                continue
            passed += 1
            judged = judge_order(parse_order(raw), index("A", "B", "GIFT"), store(), now=NOW)
            assert not (isinstance(judged, Reason) and judged.code == ReasonCode.INVALID_ORDER), judged
    assert passed > 500


def test_data_docs_are_pages_without_personal_data(tmp_path: Path) -> None:
    verdict = validate_batch([(1, rich_order()), (2, CASES["negative"][0])])
    home = write_data_docs([verdict, validate_batch([])], tmp_path / "docs", at=NOW)
    pages = {page: page.read_text() for page in home.parent.rglob("*.html")}
    assert home in pages
    assert any("no amount is below zero" in text for text in pages.values())
    assert not any(word in text for word in ("Ada", "Elm Road", "94103") for text in pages.values())


def test_nothing_heavy_is_imported_before_a_batch_is_validated() -> None:
    code = (
        "import sys, connector.quality.validate, connector.mapping.judgement;"
        "heavy = ('pandas', 'great_expectations', 'prefect', 'phonenumbers');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

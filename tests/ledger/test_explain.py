"""Sentences for people: every state and reason has its own, and none leaves a person without a next step."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.ledger.explain import Circumstances, explain
from models.state import BLOCKING_PRECEDENCE, Reason, ReasonCode

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
BLOCKING = [*BLOCKING_PRECEDENCE, ReasonCode.SHOPIFY_REFUSED, ReasonCode.NEEDS_REAUTHORIZATION]


def _text(**changes: object) -> str:
    case = {"status": "awaiting_shipment", "state": "waiting", **changes}
    return " ".join(explain(Circumstances(**case)))  # type: ignore[arg-type]


@pytest.mark.parametrize("code", BLOCKING)
def test_a_blocked_order_says_why_and_what_to_do(code: ReasonCode) -> None:
    text = _text(state="blocked", reason=Reason(code, "the thing that is named"))
    assert text.startswith("The order is not on Shopify and needs a person.")
    assert "the thing that is named." in text
    assert text.endswith(Reason(code).fix)


@pytest.mark.parametrize("code", list(ReasonCode))
def test_every_reason_has_words_of_its_own(code: ReasonCode) -> None:
    assert "The reason is" not in _text(state="blocked", reason=Reason(code))


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ({"next_try_at": AT}, "It has been due since 2026-11-20T12:00:00Z; the next sync creates it."),
        ({"reason": Reason("unpaid")}, "It becomes due as soon as TikTok reports that this has changed."),
        (
            {"reason": Reason("remorse_hold"), "next_try_at": AT},
            "It is created with the first sync after 2026-",
        ),
        (
            {"reason": Reason("shopify_unavailable"), "next_try_at": AT},
            "It is tried again with the first sync",
        ),
        (
            {"reason": Reason("outcome_unknown"), "next_try_at": AT},
            "created again only when it surely is not there",
        ),
        ({"state": "ignored", "reason": Reason("before_start")}, "Run connector backfill over its date"),
        ({"state": "blocked", "reason": Reason("added_later", "x")}, "The reason is added_later: x."),
        ({"paused": True, "next_try_at": AT}, "The store is paused: nothing happens until it is resumed."),
    ],
)
def test_what_happens_next_is_said(case: dict[str, object], sentence: str) -> None:
    assert sentence in _text(**case)


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ({}, "The order exists on Shopify as #1."),
        ({"followup": "fulfil"}, "are marked as fulfilled there next"),
        (
            {"status": "cancelled", "followup": "cancel"},
            "it is cancelled and restocked on Shopify with the next sync.",
        ),
        (
            {"status": "cancelled", "followup_note": "it is fulfilled."},
            "did not cancel its order: it is fulfilled. ",
        ),
        (
            {"status": "cancelled", "shopify_cancelled_at": AT},
            "on Shopify it was cancelled at 2026-11-20T12:00:00Z.",
        ),
        ({"status": "cancelled"}, "set not to cancel such orders"),
        (
            {"status": "completed", "completed_by": "connector", "completed_at": AT},
            "completed by the connector at 2026",
        ),
        ({"status": "completed", "completed_by": "tiktok"}, "completed by TikTok; nothing more happens."),
        (
            {"status": "delivered", "delivered_at": AT - timedelta(days=14)},
            "from 2026-11-20T12:00:00Z it is completed",
        ),
        (
            {"status": "delivered", "delivered_at": AT, "requests": (("return", "REQUEST_PENDING"),)},
            "TikTok knows a return: request pending.",
        ),
    ],
)
def test_a_created_order_says_what_follows(case: dict[str, object], sentence: str) -> None:
    assert sentence in _text(**{"state": "created", "shopify_order_name": "#1", **case})

"""Why an order is where it is and what happens next, in plain sentences. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.state import OrderState, Reason, ReasonCode
from models.status import OrderStatus
from models.times import isoformat


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All that an explanation rests on; `requests` are returns and cancellations as (kind, status)."""

    status: str
    state: str
    reason: Reason | None = None
    next_try_at: datetime | None = None
    delivered_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: str | None = None
    shopify_order_name: str | None = None
    shopify_cancelled_at: datetime | None = None
    followup: str | None = None
    followup_at: datetime | None = None
    followup_note: str | None = None
    attempts: int = 0
    complete_after_days: int = 14
    paused: bool = False
    requests: tuple[tuple[str, str], ...] = ()


_WHY: dict[str, str] = {
    ReasonCode.INVALID_ORDER: "TikTok's data for this order cannot be used",
    ReasonCode.CURRENCY_UNSUPPORTED: "The Shopify store does not sell in the order's currency",
    ReasonCode.SKU_MISSING: "A product of the order has no seller SKU on TikTok",
    ReasonCode.SKU_UNMATCHED: "No Shopify variant was found for a SKU of the order",
    ReasonCode.SKU_AMBIGUOUS: "More than one Shopify variant fits a SKU of the order",
    ReasonCode.TOTAL_MISMATCH: "The total Shopify would show is not the total the buyer paid",
    ReasonCode.ADDRESS_UNUSABLE: "The seller ships this order, and its address cannot be shipped to",
    ReasonCode.SHOPIFY_REFUSED: "Shopify refused the order",
    ReasonCode.NEEDS_REAUTHORIZATION: "A platform no longer accepts this store's authorisation",
    ReasonCode.UNPAID: "The buyer has not paid yet",
    ReasonCode.ON_HOLD: "TikTok holds the order back for now",
    ReasonCode.REMORSE_HOLD: "The hold time set for this store is not over yet",
    ReasonCode.SHOPIFY_UNAVAILABLE: "Shopify could not take the order when it was last tried",
    ReasonCode.TIKTOK_UNAVAILABLE: "TikTok could not be asked when the order was last tried",
    ReasonCode.OUTCOME_UNKNOWN: "The answer to creating it was lost, so it may or may not exist on Shopify",
    ReasonCode.CANCELLED_BEFORE_CREATE: "It was cancelled at TikTok before it was due on Shopify",
    ReasonCode.BEFORE_START: "It is older than the date from which this store's orders are imported",
    ReasonCode.TYPE_SWITCHED_OFF: "This store does not import orders that TikTok fulfils",
}


def explain(case: Circumstances) -> list[str]:
    """Sentences in the order a person wants them: where it is, why, what happens next."""
    sentences = _created(case) if case.state == OrderState.CREATED else _not_created(case)
    if case.paused and case.state in (OrderState.WAITING, OrderState.CREATED):
        sentences.append("The store is paused: nothing happens until it is resumed.")
    return sentences


def _not_created(case: Circumstances) -> list[str]:
    sentences = [_STANDING[case.state]] if case.state in _STANDING else []
    if case.reason is not None:
        sentences.append(_because(case.reason))
    if case.state == OrderState.WAITING:
        sentences.append(_next_step(case))
    elif case.reason is not None and case.reason.fix:
        sentences.append(case.reason.fix)
    return sentences


_STANDING: dict[str, str] = {
    OrderState.WAITING: "The order is not on Shopify yet; it goes on by itself.",
    OrderState.BLOCKED: "The order is not on Shopify and needs a person.",
    OrderState.IGNORED: "The order is not brought to Shopify, by rule.",
}


def _because(reason: Reason) -> str:
    why = _WHY.get(reason.code, f"The reason is {reason.code}")
    return f"{why}: {reason.detail.rstrip('.')}." if reason.detail else f"{why}."


def _next_step(case: Circumstances) -> str:
    code = case.reason.code if case.reason else None
    if case.next_try_at is None:
        return "It becomes due as soon as TikTok reports that this has changed."
    when = isoformat(case.next_try_at)
    if code == ReasonCode.OUTCOME_UNKNOWN:
        return f"It is looked for on Shopify from {when}, and created again only when it surely is not there."
    if code == ReasonCode.REMORSE_HOLD:
        return f"It is created with the first sync after {when}."
    if code is None and not case.attempts:
        return f"It has been due since {when}; the next sync creates it."
    return f"It is tried again with the first sync after {when}."


def _created(case: Circumstances) -> list[str]:
    sentences = [f"The order exists on Shopify as {case.shopify_order_name or 'an order without a name'}."]
    if case.status == OrderStatus.CANCELLED:
        sentences.append(_cancelled(case))
    elif case.shopify_cancelled_at is not None:
        at = isoformat(case.shopify_cancelled_at)
        sentences.append(f"It was cancelled on Shopify at {at}, though not at TikTok; it is not made again.")
    elif case.followup == "fulfil":
        sentences.append("The units that were shipped already are marked as fulfilled there next.")
    if case.followup_note and case.status != OrderStatus.CANCELLED:
        sentences.append(f"Shopify's answer to that was: {case.followup_note.rstrip('.')}.")
    return sentences + _ending(case)


def _cancelled(case: Circumstances) -> str:
    if case.shopify_cancelled_at is not None:
        return f"TikTok cancelled it; on Shopify it was cancelled at {isoformat(case.shopify_cancelled_at)}."
    if case.followup == "cancel":
        waiting = f" (last answer: {case.followup_note.rstrip('.')})" if case.followup_note else ""
        return f"TikTok cancelled it; it is cancelled and restocked on Shopify with the next sync{waiting}."
    if case.followup_note:
        return (
            "TikTok cancelled it, but Shopify did not cancel its order: "
            f"{case.followup_note.rstrip('.')}. Decide on Shopify what is to happen with it."
        )
    return "TikTok cancelled it; this store is set not to cancel such orders on Shopify."


def _ending(case: Circumstances) -> list[str]:
    if case.status == OrderStatus.COMPLETED:
        who = "the connector" if case.completed_by == "connector" else "TikTok"
        at = f" at {isoformat(case.completed_at)}" if case.completed_at else ""
        return [f"It was completed by {who}{at}; nothing more happens."]
    if case.status != OrderStatus.DELIVERED or case.delivered_at is None:
        return []
    due = isoformat(case.delivered_at + timedelta(days=case.complete_after_days))
    sentences = [
        f"It was delivered at {isoformat(case.delivered_at)}; from {due} it is completed, "
        "unless TikTok knows a return, refund or cancellation that stands."
    ]
    sentences += [
        f"TikTok knows a {kind}: {status.lower().replace('_', ' ')}." for kind, status in case.requests
    ]
    return sentences

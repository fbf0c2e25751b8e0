"""Everything that can keep an order from being created, in one place and in one order."""

from datetime import datetime

from connector.mapping.address import address_problem
from connector.mapping.matching import Match, match_order
from connector.mapping.order import ShopifyOrder, StoreFacts, build_order
from connector.mapping.skus import VariantIndex
from connector.mapping.soundness import unsoundness
from models.state import Reason, ReasonCode
from models.wire.tiktok import TikTokOrder


def judge_order(
    order: TikTokOrder, index: VariantIndex, store: StoreFacts, *, now: datetime
) -> tuple[Match, ShopifyOrder] | Reason:
    """Judge an order that is due: what to send to Shopify, or the first reason by `BLOCKING_PRECEDENCE`."""
    reason = unsoundness(order) or currency_problem(order, store)
    if reason is not None:
        return reason
    match = match_order(order, index)
    if isinstance(match, Reason):
        return match
    built = address_problem(order) or build_order(order, match, store=store, now=now)
    return built if isinstance(built, Reason) else (match, built)


def currency_problem(order: TikTokOrder, store: StoreFacts) -> Reason | None:
    """`currency_unsupported` unless the order is in the Shopify store's own currency."""
    currency = order.payment.currency
    if currency == store.currency:
        return None
    shop = (
        f"the Shopify store sells in {store.currency}"
        if store.currency
        else "the Shopify store's is not known"
    )
    return Reason(ReasonCode.CURRENCY_UNSUPPORTED, f"the order is in {currency}, {shop}")

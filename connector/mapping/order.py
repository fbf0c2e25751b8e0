"""A matched TikTok order as the one Shopify order it becomes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import orjson

from connector.mapping.address import shipping_address
from connector.mapping.details import custom_attributes, email_for, note_for
from connector.mapping.identity import KEY, NAMESPACE, TYPE, identifier_value
from connector.mapping.lines import line_items, money, shipping_line, tax_line
from connector.mapping.matching import Match
from connector.mapping.settlement import Settlement, settle
from connector.mapping.shipped import fulfilment_of, is_shipped, parcel_of, shipped_units
from connector.mapping.shown_total import shown_total
from models.order_settings import OrderSettings
from models.state import Reason, ReasonCode
from models.times import isoformat
from models.wire.shopify import Fulfillment, OrderInput, OrderOptions
from models.wire.tiktok import TikTokOrder

__all__ = ["ShopifyOrder", "StoreFacts", "build_order", "fulfilment_of", "identifier_value"]

GATEWAY = "TikTok Shop"
_CLOCK_SKEW = timedelta(seconds=5)
_TAKES_THE_FUTURE = "2026-07"
"""Shopify before this version refuses a `processedAt` in its future, since then it clamps it (Shopify
reference 2)."""


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What building an order needs of its store."""

    shop_id: str
    """TikTok's id of the shop."""
    currency: str
    """The Shopify store's currency."""
    location_id: str | None
    """Where orders shipped before import are fulfilled from; None: left to Shopify."""
    settings: OrderSettings
    api_version: str
    """Shopify's API version the store is spoken to in."""


@dataclass(frozen=True, slots=True)
class ShopifyOrder:
    """What is sent to orderCreate, and what is known about it."""

    input: OrderInput
    options: OrderOptions
    total: Decimal
    """What Shopify will show; equals what the remaining units cost on TikTok."""
    currency: str
    payload_hash: str
    fulfil_units: dict[str, int]
    """Units by variant to fulfil once the order exists, because they were shipped already."""
    tracking_number: str = ""
    tracking_company: str = ""


def build_order(
    order: TikTokOrder, match: Match, *, store: StoreFacts, now: datetime
) -> ShopifyOrder | Reason:
    """Build the order to the cent, or say why its sums do not meet (`total_mismatch`).

    Expects an order that passed `judgement`; amounts with more digits than the currency has are
    `invalid_order`.
    """
    settlement = settle(order)
    if isinstance(settlement, Reason):
        return settlement
    try:
        order_input = _order_input(order, match, settlement, store, now)
    except ValueError as error:
        return Reason(ReasonCode.INVALID_ORDER, str(error))
    shown = shown_total(order_input)
    if shown != settlement.total:
        return Reason(
            ReasonCode.TOTAL_MISMATCH,
            f"Shopify would show {shown} {store.currency} where TikTok's order is {settlement.total}",
        )
    return _sealed(order, match, order_input, settlement.total)


def _sealed(order: TikTokOrder, match: Match, order_input: OrderInput, total: Decimal) -> ShopifyOrder:
    options: OrderOptions = {
        "inventoryBehaviour": _inventory_behaviour(order),
        "sendReceipt": False,
        "sendFulfillmentReceipt": False,
    }
    parcel = parcel_of(order)
    return ShopifyOrder(
        input=order_input,
        options=options,
        total=total,
        currency=order_input["currency"],
        payload_hash=_hash_of({"order": order_input, "options": options}),
        fulfil_units=_units_to_fulfil(order, match),
        tracking_number=parcel.tracking_number,
        tracking_company=parcel.tracking_company,
    )


def _order_input(
    order: TikTokOrder, match: Match, settlement: Settlement, store: StoreFacts, now: datetime
) -> OrderInput:
    currency = order.payment.currency
    built: OrderInput = {
        "sourceIdentifier": order.id,
        "currency": currency,
        "processedAt": _stamp(order.create_time, store, now),
        "taxesIncluded": settlement.taxes_included,
        "buyerAcceptsMarketing": False,
        "tags": list(store.settings.tags),
        "customAttributes": custom_attributes(order),
        "metafields": [
            {
                "namespace": NAMESPACE,
                "key": KEY,
                "type": TYPE,
                "value": identifier_value(store.shop_id, order.id),
            }
        ],
        "lineItems": line_items(match, settlement, currency),
        "shippingLines": [shipping_line(store.settings.shipping_title, settlement, currency)],
    }
    _add_money(built, order, settlement, store, now)
    _add_buyer(built, order, store.settings)
    if is_shipped(order):
        _add_fulfilment(built, order, store)
    return built


def _add_money(
    built: OrderInput, order: TikTokOrder, settlement: Settlement, store: StoreFacts, now: datetime
) -> None:
    """Payment, an order-wide tax and a payment discount; a zero order is paid without a transaction."""
    currency = order.payment.currency
    if settlement.taxes and settlement.taxes.of_order is not None:
        goods = settlement.total - settlement.taxes.of_order - settlement.shipping
        built["taxLines"] = [tax_line("Tax", settlement.taxes.of_order, goods, currency)]
    if settlement.discount:
        built["discountCode"] = {
            "itemFixedDiscountCode": {
                "code": "TikTok payment discount",
                "amountSet": money(settlement.discount, currency),
            }
        }
    if not settlement.total:
        built["financialStatus"] = "PAID"
        return
    built["transactions"] = [
        {
            "kind": "SALE",
            "status": "SUCCESS",
            "gateway": GATEWAY,
            "processedAt": _stamp(order.paid_time or order.create_time, store, now),
            "amountSet": money(settlement.total, currency),
        }
    ]


def _add_buyer(built: OrderInput, order: TikTokOrder, settings: OrderSettings) -> None:
    address = shipping_address(order.recipient_address)
    if address is not None:
        built["shippingAddress"] = address
    email = email_for(order, settings.email)
    if email:
        built["email"] = email
    note = note_for(order)
    if note:
        built["note"] = note


def _add_fulfilment(built: OrderInput, order: TikTokOrder, store: StoreFacts) -> None:
    built["fulfillmentStatus"] = "FULFILLED"
    if not store.location_id:
        return
    parcel = parcel_of(order)
    fulfillment: Fulfillment = {"locationId": store.location_id, "notifyCustomer": False}
    if parcel.tracking_number:
        fulfillment["trackingNumber"] = parcel.tracking_number
        if parcel.tracking_company:
            fulfillment["trackingCompany"] = parcel.tracking_company
    built["fulfillment"] = fulfillment


def _inventory_behaviour(order: TikTokOrder) -> str:
    """Stock is taken for what the seller still has to ship, never for TikTok's warehouse or the past."""
    takes_stock = order.fulfillment_type == "FULFILLMENT_BY_SELLER" and not is_shipped(order)
    return "DECREMENT_IGNORING_POLICY" if takes_stock else "BYPASS"


def _units_to_fulfil(order: TikTokOrder, match: Match) -> dict[str, int]:
    shipped = {id(unit) for unit in shipped_units(order)}
    units: dict[str, int] = {}
    for line in match.lines if shipped else ():
        count = sum(id(unit) in shipped for unit in line.group.units) * line.per_unit
        if count:
            units[line.variant_id] = units.get(line.variant_id, 0) + count
    return units


def _stamp(at: datetime | None, store: StoreFacts, now: datetime) -> str:
    """An instant for Shopify; never later than a little before now where Shopify's clock would refuse it."""
    latest = now if store.api_version >= _TAKES_THE_FUTURE else now - _CLOCK_SKEW
    return isoformat(min(at or latest, latest)) or ""


def _hash_of(payload: dict[str, Any]) -> str:
    return sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)).hexdigest()

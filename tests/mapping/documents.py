"""TikTok order documents with invented values, put together so that their sums meet."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from connector.mapping.judgement import judge_order
from connector.mapping.matching import Match, VariantFacts, VariantIndex, sku_key
from connector.mapping.order import ShopifyOrder, StoreFacts
from models.money import format_amount
from models.order_settings import OrderSettings
from models.state import Reason
from models.wire.tiktok import parse_order

CREATED = 1790000000
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)

ADDRESS: dict[str, Any] = {
    "name": "Ada Sample",
    "first_name": "Ada",
    "last_name": "Sample",
    "phone_number": "(+1)4155550133",
    "address_line1": "9 Elm Road",
    "address_line2": "Unit 2",
    "address_line3": "",
    "address_line4": "",
    "address_detail": "9 Elm Road Unit 2",
    "postal_code": "94103",
    "region_code": "US",
    "post_town": "",
    "district_info": [
        {
            "address_level": "L0",
            "address_level_name": "Country",
            "address_name": "United States",
            "iso_code": "US",
        },
        {
            "address_level": "L1",
            "address_level_name": "State",
            "address_name": "California",
            "iso_code": "US-CA",
        },
        {"address_level": "L2", "address_level_name": "County", "address_name": "San Francisco County"},
        {"address_level": "L3", "address_level_name": "City", "address_name": "San Francisco"},
    ],
    "delivery_preferences": {"drop_off_location": "Porch"},
}


def unit(
    sku: str,
    price: str,
    *,
    tax: str = "0",
    rate: str = "0.08",
    status: str = "AWAITING_SHIPMENT",
    **more: Any,
) -> dict[str, Any]:
    """One unit, which is one line item on TikTok; the SKU id follows from the SKU."""
    return {
        "id": f"u-{sku}",
        "product_id": f"p-{sku}",
        "product_name": f"Product {sku}",
        "sku_id": f"s-{sku}",
        "sku_name": "Default",
        "seller_sku": sku,
        "sale_price": price,
        "original_price": price,
        "display_status": status,
        "is_gift": False,
        "item_tax": [{"tax_type": "SALES_TAX", "tax_amount": tax, "tax_rate": rate}] if Decimal(tax) else [],
        **more,
    }


def order(
    units: Sequence[Mapping[str, Any]],
    *,
    currency: str = "USD",
    payment: Mapping[str, str] | None = None,
    total: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An order awaiting shipment by the seller; unless given, its total is goods + shipping + tax + fees."""
    given = {"shipping_fee": "0", "tax": "0", **(payment or {})}
    numbered = [{**each, "id": f"77{number:03d}", "currency": currency} for number, each in enumerate(units)]
    goods = sum((Decimal(each["sale_price"]) for each in units), Decimal(0))
    in_total = (
        "shipping_fee",
        "tax",
        "buyer_service_fee",
        "handling_fee",
        "small_order_fee",
        "retail_delivery_fee",
    )
    added = sum((Decimal(given.get(name, "0")) for name in in_total), Decimal(0))
    return {
        "id": "5790001",
        "status": "AWAITING_SHIPMENT",
        "order_type": "NORMAL",
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "shipping_type": "SELLER",
        "user_id": "b-1",
        "buyer_email": "v4bsample@scs.tiktok.com",
        "buyer_message": "",
        "is_on_hold_order": True,
        "create_time": CREATED,
        "paid_time": CREATED + 60,
        "update_time": CREATED + 3600,
        "payment": {
            "currency": currency,
            "sub_total": f"{goods:f}",
            "total_amount": total if total is not None else format_amount(goods + added, currency),
            **given,
        },
        "recipient_address": deepcopy(ADDRESS),
        "line_items": numbered,
        **more,
    }


def index(
    *skus: str, mapped: Mapping[str, str] | None = None, prices: Mapping[str, str] | None = None
) -> VariantIndex:
    """Variants with these SKUs, `gid/<sku>` each; a repeated SKU is two variants."""
    exact: dict[str, list[VariantFacts]] = {}
    by_key: dict[str, list[VariantFacts]] = {}
    for number, sku in enumerate(skus):
        name = f"gid/{sku}" if sku not in exact else f"gid/{sku}/{number}"
        facts = VariantFacts(name, sku, Decimal((prices or {}).get(sku, "10")))
        exact.setdefault(sku, []).append(facts)
        by_key.setdefault(sku_key(sku), []).append(facts)
    chosen = {sku: VariantFacts(gid, sku, Decimal(10)) for sku, gid in (mapped or {}).items()}
    return VariantIndex(exact, by_key, chosen)


def index_of(raw: Mapping[str, Any]) -> VariantIndex:
    """An index in which every unit of a document has its variant."""
    return index(*dict.fromkeys(each["seller_sku"] for each in raw["line_items"]))


def store(currency: str = "USD", *, api_version: str = "2026-10", **settings: Any) -> StoreFacts:
    """A store that sells in a currency."""
    return StoreFacts("7495001", currency, "gid://shopify/Location/1", OrderSettings(**settings), api_version)


def judged(
    raw: Mapping[str, Any], variants: VariantIndex | None = None, facts: StoreFacts | None = None
) -> tuple[Match, ShopifyOrder] | Reason:
    """What becomes of a document; by default every SKU is on Shopify, in the order's currency."""
    parsed = parse_order(raw)
    return judge_order(
        parsed,
        variants if variants is not None else index_of(raw),
        facts or store(parsed.payment.currency),
        now=NOW,
    )


def built(
    raw: Mapping[str, Any], variants: VariantIndex | None = None, facts: StoreFacts | None = None
) -> ShopifyOrder:
    """The Shopify order a document becomes; the test fails where it is blocked."""
    verdict = judged(raw, variants, facts)
    assert not isinstance(verdict, Reason), verdict.detail
    return verdict[1]


def blocked(
    raw: Mapping[str, Any], variants: VariantIndex | None = None, facts: StoreFacts | None = None
) -> Reason:
    """The reason a document is blocked for; the test fails where it is not."""
    verdict = judged(raw, variants, facts)
    assert isinstance(verdict, Reason)
    return verdict

"""Makes whole TikTok orders, wire-shaped and with sums that meet, from a few words of what was bought."""

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from connector.sandbox.catalog import Listing

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Buyer:
    """An invented buyer with an invented address; `districts` are (level, level name, name, ISO code)."""

    user_id: str
    first_name: str
    last_name: str
    phone_number: str
    lines: tuple[str, str]
    districts: tuple[tuple[str, str, str, str], ...]
    postal_code: str
    region_code: str
    post_town: str = ""

    def address(self) -> dict[str, Any]:
        """The `recipient_address` of an order of this buyer, nothing masked."""
        places = [name for _, _, name, _ in reversed(self.districts)]
        full = ",".join([*(line for line in self.lines if line), *places, self.postal_code])
        return {
            "full_address": full,
            "phone_number": self.phone_number,
            "name": f"{self.first_name} {self.last_name}".strip(),
            "first_name": self.first_name,
            "last_name": self.last_name,
            "first_name_local_script": "",
            "last_name_local_script": "",
            "address_detail": " ".join(line for line in self.lines if line),
            "address_line1": self.lines[0],
            "address_line2": self.lines[1],
            "address_line3": "",
            "address_line4": "",
            "district_info": [
                {"address_level": level, "address_level_name": kind, "address_name": name, "iso_code": iso}
                for level, kind, name, iso in self.districts
            ],
            "delivery_preferences": {"drop_off_location": "Front Door"},
            "postal_code": self.postal_code,
            "region_code": self.region_code,
            "post_town": self.post_town,
        }


@dataclass(frozen=True, slots=True)
class Item:
    """So many units of a listing; discounts are per unit, and a gift costs nothing."""

    listing: Listing
    quantity: int = 1
    seller_discount: Decimal = ZERO
    platform_discount: Decimal = ZERO
    gift: bool = False


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """What was ordered, by whom, how it ships and what comes on top.

    `tax_rate` adds US-style tax to units and shipping; 0 means that prices include tax. `fees` are further
    `payment` fields that count into the total, e.g. `{"retail_delivery_fee": Decimal("0.28")}`. `extra` is
    laid over the finished order, for fields the draft has no word for.
    """

    buyer: Buyer
    items: tuple[Item, ...]
    currency: str
    tax_rate: Decimal = ZERO
    shipping_fee: Decimal = ZERO
    shipping_platform_discount: Decimal = ZERO
    shipping_type: str = "SELLER"
    fulfillment_type: str = "FULFILLMENT_BY_SELLER"
    on_hold: bool = True
    buyer_message: str = ""
    fees: dict[str, Decimal] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def build(self, order_id: str, first_unit_id: int, created_at: int) -> dict[str, Any]:
        """The order as TikTok would return it right after it was placed: `UNPAID`, units numbered on."""
        step = Decimal(1) if self.currency == "JPY" else Decimal("0.01")
        units = [unit for item in self.items for unit in self._units(item, step)]
        for number, unit in enumerate(units, start=first_unit_id):
            unit["id"] = str(number)
            for part, sub in enumerate(unit.get("sub_item_info", []), start=1):
                sub["id"] = f"{number}{part:02d}"
        return {
            "id": order_id,
            "commerce_platform": "TIKTOK_SHOP",
            "order_type": "NORMAL",
            "status": "UNPAID",
            "user_id": self.buyer.user_id,
            "buyer_email": f"v4b{self.buyer.user_id}@scs.tiktok.com",
            "buyer_message": self.buyer_message,
            "seller_note": "",
            "create_time": created_at,
            "update_time": created_at,
            "is_on_hold_order": self.on_hold,
            "is_cod": False,
            "is_sample_order": False,
            "is_replacement_order": False,
            "is_exchange_order": False,
            "is_buyer_request_cancel": False,
            "has_updated_recipient_address": False,
            "fulfillment_type": self.fulfillment_type,
            "shipping_type": self.shipping_type,
            "delivery_type": "HOME_DELIVERY",
            "delivery_option_id": "7091146663229654785",
            "delivery_option_name": "Standard Shipping",
            "shipping_provider": "",
            "shipping_provider_id": "",
            "tracking_number": "",
            "warehouse_id": "6955005333819123123",
            "payment_method_name": "CCDC",
            "packages": [],
            "shipping_due_time": created_at + 4 * 86400,
            "collection_due_time": created_at + 5 * 86400,
            "payment": self._payment(units, step),
            "recipient_address": self.buyer.address(),
            "line_items": units,
            **self.extra,
        }

    def _units(self, item: Item, step: Decimal) -> list[dict[str, Any]]:
        original = ZERO if item.gift else item.listing.price
        sale = original - item.seller_discount - item.platform_discount
        unit: dict[str, Any] = {
            "id": "",
            "sku_id": item.listing.sku_id,
            "product_id": item.listing.product_id,
            "product_name": item.listing.product_name,
            "sku_name": item.listing.sku_name,
            "seller_sku": item.listing.seller_sku,
            "sku_image": f"https://example.invalid/img/{item.listing.sku_id}.jpeg",
            "sku_type": "NORMAL",
            "currency": self.currency,
            "original_price": _amount(original),
            "seller_discount": _amount(item.seller_discount),
            "platform_discount": _amount(item.platform_discount),
            "sale_price": _amount(sale),
            "display_status": "UNPAID",
            "is_gift": item.gift,
            "gift_retail_price": _amount(item.listing.price if item.gift else ZERO),
            "is_dangerous_good": False,
            "needs_prescription": False,
            "tracking_number": "",
        }
        if self.tax_rate:
            taxed = (sale * self.tax_rate).quantize(step, ROUND_HALF_UP)
            rate = self.tax_rate if sale else ZERO
            unit["item_tax"] = [
                {"tax_type": "SALES_TAX", "tax_amount": _amount(taxed), "tax_rate": _amount(rate)}
            ]
        if item.listing.components:
            unit.update(_bundle(item, sale, self.currency, step))
        return [dict(unit) for _ in range(item.quantity)]

    def _payment(self, units: list[dict[str, Any]], step: Decimal) -> dict[str, str]:
        original = _sum(units, "original_price")
        seller, platform = _sum(units, "seller_discount"), _sum(units, "platform_discount")
        product_tax = sum((Decimal(tax["tax_amount"]) for u in units for tax in u.get("item_tax", [])), ZERO)
        shipping = self.shipping_fee - self.shipping_platform_discount
        shipping_tax = (shipping * self.tax_rate).quantize(step, ROUND_HALF_UP)
        subtotal = original - seller - platform
        fees = sum(self.fees.values(), ZERO)
        return {
            "currency": self.currency,
            "original_total_product_price": _amount(original),
            "seller_discount": _amount(seller),
            "platform_discount": _amount(platform),
            "sub_total": _amount(subtotal),
            "original_shipping_fee": _amount(self.shipping_fee),
            "shipping_fee_seller_discount": "0",
            "shipping_fee_platform_discount": _amount(self.shipping_platform_discount),
            "shipping_fee_cofunded_discount": "0",
            "shipping_fee": _amount(shipping),
            "product_tax": _amount(product_tax),
            "shipping_fee_tax": _amount(shipping_tax),
            "tax": _amount(product_tax + shipping_tax),
            "retail_delivery_fee": "0",
            **{name: _amount(fee) for name, fee in self.fees.items()},
            "total_amount": _amount(subtotal + shipping + product_tax + shipping_tax + fees),
        }


def _bundle(item: Item, sale: Decimal, currency: str, step: Decimal) -> dict[str, Any]:
    parts = [component for component in item.listing.components for _ in range(component.count)]
    share = (sale / len(parts)).quantize(step)
    prices = [share] * (len(parts) - 1)
    prices.append(sale - sum(prices, ZERO))
    ids = {
        component.seller_sku: f"{item.listing.sku_id}{number}"
        for number, component in enumerate(item.listing.components)
    }
    return {
        "combined_listing_skus": [
            {
                "sku_id": ids[component.seller_sku],
                "product_id": item.listing.product_id,
                "seller_sku": component.seller_sku,
                "sku_count": component.count,
            }
            for component in item.listing.components
        ],
        "sub_item_info": [
            {
                "id": "",
                "sku_id": ids[part.seller_sku],
                "product_id": item.listing.product_id,
                "seller_sku": part.seller_sku,
                "display_status": "UNPAID",
                "currency": currency,
                "original_price": _amount(price),
                "seller_discount": "0",
                "platform_discount": "0",
                "sale_price": _amount(price),
            }
            for part, price in zip(parts, prices, strict=True)
        ],
    }


def _sum(units: list[dict[str, Any]], name: str) -> Decimal:
    return sum((Decimal(unit[name]) for unit in units), ZERO)


def _amount(value: Decimal) -> str:
    return f"{value:f}" if value else "0"

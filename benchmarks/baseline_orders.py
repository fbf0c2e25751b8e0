"""A plain TikTok order as a Shopify order, the straight way: enough for the sandbox's plain orders only."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import phonenumbers


def order_input(order: dict[str, Any], variants: dict[str, str], shop_id: str) -> dict[str, Any]:
    """What `orderCreate` is given; `variants` are the ids by SKU."""
    payment = order["payment"]
    currency, shipping = payment["currency"], payment["shipping_fee"]
    at = datetime.fromtimestamp(order["create_time"], UTC).isoformat().replace("+00:00", "Z")
    shipping_line: dict[str, Any] = {
        "title": "Shipped by TTS platform",
        "priceSet": _money(shipping, currency),
    }
    if Decimal(payment["shipping_fee_tax"]):
        rate = round(Decimal(payment["shipping_fee_tax"]) / Decimal(shipping), 6)
        shipping_line["taxLines"] = [_tax("Shipping tax", str(rate), payment["shipping_fee_tax"], currency)]
    return {
        "sourceIdentifier": order["id"],
        "currency": currency,
        "processedAt": at,
        "taxesIncluded": False,
        "buyerAcceptsMarketing": False,
        "tags": ["TikTok Shop"],
        "customAttributes": [
            {"key": "tiktok_order_id", "value": order["id"]},
            {"key": "tiktok_fulfilled_by", "value": "seller"},
            {"key": "tiktok_logistic_mode", "value": order["shipping_type"].lower()},
            {"key": "tiktok_delivery_option", "value": order["delivery_option_name"]},
            {"key": "tiktok_delivery_preference", "value": "Front Door"},
            {"key": "tiktok_seller_discount", "value": payment["seller_discount"]},
        ],
        "metafields": [
            {
                "namespace": "tiktok_shop_connector",
                "key": "order_id",
                "type": "id",
                "value": f"{shop_id}:{order['id']}",
            }
        ],
        "lineItems": [_line(units, variants, currency) for units in _grouped(order["line_items"])],
        "shippingLines": [shipping_line],
        "transactions": [
            {
                "kind": "SALE",
                "status": "SUCCESS",
                "gateway": "TikTok Shop",
                "processedAt": at,
                "amountSet": _money(payment["total_amount"], currency),
            }
        ],
        "shippingAddress": _address(order["recipient_address"]),
        "email": "buyerid@tiktok.com",
    }


def _grouped(units: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for unit in units:
        groups.setdefault((unit["sku_id"], unit["sale_price"]), []).append(unit)
    return list(groups.values())


def _line(units: list[dict[str, Any]], variants: dict[str, str], currency: str) -> dict[str, Any]:
    first = units[0]
    tax = sum((Decimal(each["tax_amount"]) for unit in units for each in unit["item_tax"]), Decimal(0))
    return {
        "variantId": variants[first["seller_sku"]],
        "quantity": len(units),
        "priceSet": _money(first["sale_price"], currency),
        "requiresShipping": True,
        "taxable": True,
        "properties": [{"name": "_tiktok_line_ids", "value": ",".join(unit["id"] for unit in units)}],
        "taxLines": [_tax("Sales tax", first["item_tax"][0]["tax_rate"], str(tax), currency)],
    }


def _tax(title: str, rate: str, amount: str, currency: str) -> dict[str, Any]:
    return {"title": title, "rate": rate, "priceSet": _money(amount, currency), "channelLiable": True}


def _address(address: dict[str, Any]) -> dict[str, Any]:
    places = {each["address_level"]: each for each in address["district_info"]}
    phone = phonenumbers.parse(address["phone_number"], address["region_code"])
    plain: dict[str, Any] = {
        "firstName": address["first_name"],
        "lastName": address["last_name"],
        "address1": address["address_line1"],
        "city": places["L3"]["address_name"],
        "provinceCode": places["L1"]["iso_code"].partition("-")[2],
        "countryCode": address["region_code"],
        "zip": address["postal_code"],
    }
    if phonenumbers.is_valid_number(phone):
        plain["phone"] = phonenumbers.format_number(phone, phonenumbers.PhoneNumberFormat.E164)
    return plain


def _money(amount: str, currency: str) -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}

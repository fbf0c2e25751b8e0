"""Order search, order detail and price detail of the sandbox TikTok."""

from typing import Any

import orjson

from connector.sandbox.tiktok.gate import Caller
from connector.sandbox.tiktok.order_search import find_page, read_filters
from connector.sandbox.tiktok.paging import read_query
from connector.sandbox.tiktok.refusals import Refusal
from connector.sandbox.tiktok.world import TikTokWorld

LARGEST_PAGE = 100
MOST_IDS = 50


def search_orders(world: TikTokWorld, caller: Caller) -> bytes:
    """`POST /order/202309/orders/search`: filters in the body, sorting and paging in the query."""
    assert caller.shop is not None
    now = world.clock.timestamp()
    life = world.facts.page_token_lifetime
    query = read_query(
        caller.parameters,
        read_filters(caller.body),
        default_size=20,
        largest=LARGEST_PAGE,
        default_order="DESC",
        now=now,
        token_life=None if life is None else life.total_seconds(),
    )
    book = caller.shop.book
    book.settle(now)
    orders, total, token = find_page(book, query, now, world.facts.paging)
    if not orders and world.facts.absent_when_empty:
        return b'{"next_page_token":"","total_count":0}'
    shown = b",".join([order.shown(now, world.facts, detail=False) for order in orders])
    head = b'{"next_page_token":"' + token.encode() + b'","total_count":' + str(total).encode()
    return head + b',"orders":[' + shown + b"]}"


def order_details(world: TikTokWorld, caller: Caller) -> bytes:
    """`GET /order/202507/orders?ids=…`: at most 50 ids; others' orders are missing or fail the call."""
    assert caller.shop is not None
    ids = [text.strip() for text in caller.parameters.get("ids", "").split(",") if text.strip()]
    if not 1 <= len(ids) <= MOST_IDS:
        raise Refusal(36009004, "Invalid parameter. 'ids' must hold 1 to 50 order ids.")
    known = caller.shop.book.orders
    if world.facts.foreign_ids == "refuse" and any(order_id not in known for order_id in ids):
        raise Refusal(21008111, "The order does not belong to the current seller.")
    now = world.clock.timestamp()
    found = [known[order_id] for order_id in dict.fromkeys(ids) if order_id in known]
    return b'{"orders":[' + b",".join([o.shown(now, world.facts, detail=True) for o in found]) + b"]}"


def price_detail(world: TikTokWorld, caller: Caller) -> bytes:
    """`GET /order/202407/orders/{id}/price_detail`: the sums of an order and of its units."""
    assert caller.shop is not None
    order = caller.shop.book.orders.get(caller.path_id)
    if order is None:
        raise Refusal(21008111, "The order does not belong to the current seller.")
    raw = order.document
    payment = raw["payment"]
    detail = {
        "currency": payment["currency"],
        "total": payment["total_amount"],
        "payment": payment["total_amount"],
        "sku_list_price": payment["original_total_product_price"],
        "sku_sale_price": payment["sub_total"],
        "subtotal": payment["sub_total"],
        "subtotal_deduction_seller": payment["seller_discount"],
        "subtotal_deduction_platform": payment["platform_discount"],
        "subtotal_tax_amount": payment["product_tax"],
        "shipping_list_price": payment["original_shipping_fee"],
        "shipping_sale_price": payment["shipping_fee"],
        "shipping_fee_deduction_platform": payment["shipping_fee_platform_discount"],
        "tax_amount": payment["tax"],
        "line_items": [_unit_price(unit) for unit in raw["line_items"]],
    }
    return orjson.dumps(detail)


def _unit_price(unit: dict[str, Any]) -> dict[str, str]:
    taxes = unit.get("item_tax") or [{"tax_amount": "0", "tax_rate": "0"}]
    return {
        "id": unit["id"],
        "currency": unit["currency"],
        "sku_list_price": unit["original_price"],
        "sku_sale_price": unit["sale_price"],
        "subtotal_deduction_seller": unit["seller_discount"],
        "subtotal_deduction_platform": unit["platform_discount"],
        "tax_amount": taxes[0]["tax_amount"],
        "tax_rate": taxes[0]["tax_rate"],
    }

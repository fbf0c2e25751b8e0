"""Lists, counts and pages, compared with going through every order by hand."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from connector.errors import UsageError
from connector.ledger import stores
from connector.ledger.database import Database
from connector.ledger.outcomes import Blocked
from connector.ledger.search import OrderFilters, OrderView, export_orders, list_orders, order_detail
from connector.ledger.tables import LINES
from connector.mapping.projection import fold
from models.state import Reason
from tests.ledger import peeking
from tests.ledger.making import (
    PLACED,
    USABLE,
    add_store,
    claim,
    created,
    make_created,
    raw_order,
    raw_unit,
    record,
    settle,
)

_NAMES = (
    "Ana García",
    "ANA GARCIA",
    "Łukasz Ørsted",
    "100% Real_Name",
    "José",
    "Zoë Strauß",
    "李雷",
    "O'Neil",
)
_STATUSES = ("AWAITING_SHIPMENT", "IN_TRANSIT", "DELIVERED", "UNPAID", "CANCELLED", "BRAND_NEW")
_PRODUCTS = (("p-1", "Café mug"), ("p-2", "CAFE latte glass"), ("p-3", "Tee_shirt 100%"))


def _crowd(db: Database) -> None:
    """Two stores with 240 orders of every kind; some blocked, some created."""
    dice = random.Random(7)
    for name in ("us", "uk"):
        store = add_store(db, name)
        record(db, store, *(_one(dice, f"{number}{name[1]}") for number in range(120)))
        for held in claim(db, store, limit=60):
            blocked = Blocked(held.pk, Reason(dice.choice(("sku_unmatched", "total_mismatch")), "'x'"))
            settle(db, blocked if dice.random() < 0.4 else created(held.pk))


def _one(dice: random.Random, order_id: str) -> dict[str, Any]:
    product_id, product = dice.choice(_PRODUCTS)
    unit = raw_unit(dice.choice("AB"), product_id=product_id, product_name=product)
    return raw_order(
        order_id,
        status=dice.choice(_STATUSES),
        create_time=PLACED + dice.randrange(40),
        shipping_type=dice.choice(("TIKTOK", "SELLER", "DRONE")),
        fulfillment_type=dice.choice(("FULFILLMENT_BY_SELLER", "FULFILLMENT_BY_TIKTOK")),
        recipient_address={**USABLE, "name": dice.choice(_NAMES)},
        line_items=[unit] * dice.randrange(1, 3),
    )


def _at(second: int) -> datetime:
    return datetime.fromtimestamp(PLACED + second, UTC)


def _named(part: str) -> Callable[[OrderView, set[tuple[str, str]]], bool]:
    return lambda order, _: fold(part) in fold(order.customer_name or "")


CASES: list[tuple[OrderFilters, Callable[[OrderView, set[tuple[str, str]]], bool]]] = [
    (OrderFilters(), lambda order, _: True),
    (OrderFilters(status=("in_transit",)), lambda order, _: order.status == "in_transit"),
    (OrderFilters(status=("unpaid", "brand_new")), lambda order, _: order.status in ("unpaid", "brand_new")),
    (OrderFilters(status=("never",)), lambda order, _: False),
    (OrderFilters(state="blocked"), lambda order, _: order.state == "blocked"),
    (OrderFilters(state="ignored"), lambda order, _: order.state == "ignored"),
    (OrderFilters(state="nonsense"), lambda order, _: False),
    (OrderFilters(store=("uk",)), lambda order, _: order.store == "uk"),
    (OrderFilters(store=("uk", "us")), lambda order, _: True),
    (OrderFilters(search="garcia"), _named("garcia")),
    (OrderFilters(search="  GARCÍA "), _named("garcia")),
    (OrderFilters(search="orsted"), _named("Ørsted")),
    (OrderFilters(search="%"), _named("%")),
    (OrderFilters(search="_"), _named("_")),
    (OrderFilters(search="'"), _named("'")),
    (OrderFilters(search="strauss"), _named("Strauß")),
    (OrderFilters(search="李"), _named("李")),
    (OrderFilters(search="17s"), lambda order, _: order.tiktok_order_id == "17s"),
    (OrderFilters(search="7s"), lambda order, _: order.tiktok_order_id == "7s"),
    (OrderFilters(customer="jose"), _named("jose")),
    (OrderFilters(product="cafe"), lambda order, kinds: bool(kinds & {("p-1", "A"), ("p-2", "A")})),
    (OrderFilters(product="shirt 100%"), lambda order, kinds: ("p-3", "A") in kinds),
    (OrderFilters(product_id="p-2"), lambda order, kinds: ("p-2", "A") in kinds),
    (OrderFilters(logistic_mode="drone"), lambda order, _: order.logistic_mode == "drone"),
    (OrderFilters(fulfilled_by="tiktok"), lambda order, _: order.fulfilled_by == "tiktok"),
    (
        OrderFilters(reason="sku_unmatched"),
        lambda order, _: bool(order.reason) and order.reason.code == "sku_unmatched",
    ),  # type: ignore[union-attr]
    (OrderFilters(created_from=_at(10)), lambda order, _: order.created_at >= _at(10)),
    (OrderFilters(created_to=_at(10)), lambda order, _: order.created_at < _at(10)),
    (
        OrderFilters(
            search="garcia", status=("delivered",), store=("us",), logistic_mode="tiktok", product="cafe"
        ),
        lambda order, kinds: (
            _named("garcia")(order, kinds)
            and (order.status, order.store, order.logistic_mode) == ("delivered", "us", "tiktok")
            and bool(kinds & {("p-1", "A"), ("p-2", "A")})
        ),
    ),
]


def _everything(db: Database) -> list[tuple[OrderView, set[tuple[str, str]]]]:
    kinds: dict[int, set[tuple[str, str]]] = {}
    for line in peeking.rows(db, LINES):
        kinds.setdefault(line["order_id"], set()).add((line["product_id"], "A"))
    orders = list(db.stream(export_orders, filters=OrderFilters()))
    return [(order, kinds[order.pk]) for order in orders]


def test_every_filter_finds_what_going_through_all_orders_finds(db: Database) -> None:
    _crowd(db)
    everything = _everything(db)
    assert len(everything) == 240
    for filters, fits in CASES:
        wanted = [order for order, kinds in everything if fits(order, kinds)]
        wanted.sort(key=lambda order: (order.created_at, order.pk), reverse=True)
        page = db.read(list_orders, filters=filters, limit=1000)
        assert page.orders == wanted, filters
        assert (page.total, page.next) == (len(wanted), None), filters
        assert list(db.stream(export_orders, filters=filters)) == wanted, filters


def test_tabs_sum_to_all_and_ignore_the_status_asked_for(db: Database) -> None:
    _crowd(db)
    everything = [order for order, _ in _everything(db)]
    for status in ((), ("unpaid",), ("never",)):
        counts = db.read(list_orders, filters=OrderFilters(status=status, store=("us",))).counts
        wanted = Counter(order.status for order in everything if order.store == "us")
        assert counts == {"all": sum(wanted.values()), **wanted}
        assert list(counts)[:2] == ["all", "unpaid"]
        assert list(counts)[-1] == "brand_new"


def test_counts_of_an_empty_database(db: Database) -> None:
    page = db.read(list_orders, filters=OrderFilters())
    assert page.to_json() == {"orders": [], "next": None, "counts": {"all": 0}, "total": 0}


@pytest.mark.parametrize(
    "filters", [OrderFilters(), OrderFilters(status=("in_transit",)), OrderFilters(search="garcia")]
)
def test_pages_give_each_order_once_while_orders_arrive(db: Database, filters: OrderFilters) -> None:
    _crowd(db)
    store = db.read(stores.get_store, name="us")
    expected = [order.pk for order in db.read(list_orders, filters=filters, limit=1000).orders]
    seen: list[int] = []
    after: str | None = None
    for number in range(100):
        page = db.read(list_orders, filters=filters, limit=7, after=after)
        seen += [order.pk for order in page.orders]
        after = page.next
        if after is None:
            break
        newer = raw_order(f"new{number}", status="IN_TRANSIT", create_time=PLACED + 1000 + number)
        record(db, store, newer)
    assert seen == expected


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "bm9uc2Vuc2U", "MTIz", "LTk5OTk5OTk5OTk5OTk5OTk5OTk5OS4x", "1" * 500]
)
def test_a_cursor_that_is_none_is_refused(db: Database, cursor: str) -> None:
    with pytest.raises(UsageError, match="cursor"):
        db.read(list_orders, filters=OrderFilters(), after=cursor)


def test_an_unknown_store_is_refused(db: Database) -> None:
    with pytest.raises(UsageError, match="no store named 'x'"):
        db.read(list_orders, filters=OrderFilters(store=("x",)))


@pytest.mark.parametrize("text", ["#1001", "1001", "gid://shopify/Order/77", "77", "5764001"])
def test_an_order_is_found_by_its_shopify_id_and_name(db: Database, text: str) -> None:
    store = add_store(db)
    record(db, store, raw_order(), raw_order("other"))
    held = next(each for each in claim(db, store) if each.tiktok_order_id == "5764001")
    settle(db, created(held.pk, shopify_order_id="gid://shopify/Order/77", shopify_order_name="#1001"))
    found = db.read(list_orders, filters=OrderFilters(search=text)).orders
    assert [order.tiktok_order_id for order in found] == ["5764001"]


def test_the_json_of_an_order_is_the_promised_one(db: Database) -> None:
    store = add_store(db)
    record(db, store, raw_order(payment={"currency": "USD", "total_amount": "12.5"}))
    (held,) = claim(db, store)
    settle(db, Blocked(held.pk, Reason("sku_unmatched", "no Shopify variant has the SKU 'SKU-1'")))
    (order,) = db.read(list_orders, filters=OrderFilters()).to_json()["orders"]
    assert order == {
        "store": "us",
        "tiktok_order_id": "5764001",
        "status": "awaiting_shipment",
        "state": "blocked",
        "reason": {
            "code": "sku_unmatched",
            "detail": "no Shopify variant has the SKU 'SKU-1'",
            "fix": Reason("sku_unmatched").fix,
        },
        "customer_name": "Ana García",
        "created_at": "2025-11-20T00:53:20Z",
        "updated_at": "2025-11-20T00:54:20Z",
        "paid_at": "2025-11-20T00:53:50Z",
        "delivered_at": None,
        "completed_at": None,
        "completed_by": None,
        "total": {"amount": "12.50", "currency": "USD"},
        "logistic_mode": "tiktok",
        "fulfilled_by": "seller",
        "items": 1,
        "shopify_order_id": None,
        "shopify_order_name": None,
    }


def test_one_order_is_shown_with_lines_history_and_explanation(db: Database) -> None:
    us, uk = add_store(db, "us"), add_store(db, "uk")
    make_created(db, us, raw_order(line_items=[raw_unit("A"), raw_unit("A")]))
    record(db, uk, raw_order())
    assert [each.order.store for each in db.read(order_detail, tiktok_order_id="5764001")] == ["uk", "us"]
    (detail,) = db.read(order_detail, tiktok_order_id=" 5764001 ", store="us")
    shown = detail.to_json()
    assert shown["lines"] == [
        {
            "seller_sku": "A",
            "sku_name": "Red",
            "product_name": "Café mug",
            "product_id": "p-1",
            "sku_id": "id-A",
            "quantity": 2,
            "unit_price": "12.50",
            "variant_id": None,
            "matched_by": None,
        }
    ]
    assert [each["event"] for each in shown["history"]] == [
        "first_seen",
        "created_on_shopify",
        "state_changed",
    ]
    assert shown["history"][0]["at"] == "2026-11-20T12:00:00Z"
    assert shown["explanation"][0].startswith("The order exists on Shopify as #")
    assert db.read(order_detail, tiktok_order_id="nothing") == []


def test_orders_placed_in_the_same_second_are_paged_without_loss(db: Database) -> None:
    store = add_store(db)
    record(db, store, *(raw_order(str(n), create_time=PLACED) for n in range(5)))
    after: str | None = None
    seen: list[str] = []
    for _ in range(5):
        page = db.read(list_orders, filters=OrderFilters(), limit=1, after=after)
        seen += [order.tiktok_order_id for order in page.orders]
        after = page.next
    assert (sorted(seen), after) == (["0", "1", "2", "3", "4"], None)

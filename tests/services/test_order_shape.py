"""What an order looks like on Shopify: each row of what was decided, through a real sync."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.mapping.identity import KEY, NAMESPACE
from connector.sandbox.catalog import BUNDLE_SKU, GIFT_SKU
from connector.sandbox.shopify.records import LineItem, Order, TaxLine
from connector.sandbox.tiktok import Item
from tests.services.conftest import Connector, only_sqlite

pytestmark = only_sqlite

WAREHOUSE: dict[str, Any] = {"fulfillment_type": "FULFILLMENT_BY_TIKTOK", "shipping_type": "TIKTOK"}


def _created(shop: Connector, order_id: str, name: str = "us") -> Order:
    result = shop.sync(name)
    assert (result.error, result.created) == (None, 1), shop.order(order_id)["reason"]
    there = shop.on_shopify(order_id, name)
    assert there.total == Decimal(shop.platforms.tiktok.order(order_id)["payment"]["total_amount"])
    return there


def _price(line: LineItem) -> Decimal:
    return line.original_unit_price_set.shop_money.value


def _shown(order: Order) -> list[tuple[str | None, int, Decimal]]:
    return sorted((line.sku or line.title, line.quantity, _price(line)) for line in order.lines)


def _taxes(order: Order) -> list[TaxLine]:
    of_lines = [tax for line in order.lines for tax in line.tax_lines]
    of_shipping = [tax for line in order.shipping for tax in line.tax_lines]
    return [*of_lines, *of_shipping, *order.tax_lines]


def test_units_are_lines_by_sku_and_price_paid(shop: Connector) -> None:
    tee = shop.us.listings["TEE-BLK-M"]
    cheaper = Item(tee, 1, seller_discount=Decimal("4.00"), platform_discount=Decimal("1.50"))
    there = _created(shop, shop.us.place(("TEE-BLK-M", 2), cheaper, "MUG-01"))

    assert _shown(there) == [
        ("MUG-01", 1, Decimal("12.50")),
        ("TEE-BLK-M", 1, Decimal("18.50")),
        ("TEE-BLK-M", 2, Decimal("24.00")),
    ]
    assert all(line.requires_shipping and line.variant for line in there.lines)


def test_the_order_is_paid_once_silent_and_found_by_its_identifiers(shop: Connector) -> None:
    order_id = shop.us.place(shipping_fee=Decimal("5.99"), buyer_message="Leave it at the door")
    there = _created(shop, order_id)

    raw = shop.us.tiktok.order(order_id)
    assert [(t.kind, t.status, t.amount_set.shop_money.value) for t in there.transactions] == [
        ("SALE", "SUCCESS", there.total)
    ]
    assert [line.original_price_set.shop_money.value for line in there.shipping] == [Decimal("5.99")]
    assert there.processed_at == datetime.fromtimestamp(raw["create_time"], UTC)
    assert [(m.namespace, m.key, m.type, m.value) for m in there.metafields] == [
        (NAMESPACE, KEY, "id", f"{shop.us.shop.id}:{order_id}")
    ]
    assert not there.receipt_sent
    assert not there.customer_accepts_marketing
    assert there.note == "Leave it at the door"
    address = there.shipping_address or {}
    assert address["address1"] == raw["recipient_address"]["address_line1"]
    assert address["countryCode"] == "US"


def test_a_bundle_is_its_components_at_prices_that_add_up(shop: Connector) -> None:
    there = _created(shop, shop.us.place((BUNDLE_SKU, 3)))

    units = {(sku, price): count for sku, count, price in _shown(there)}
    assert sum(count for (sku, _), count in units.items() if sku == "TEE-BLK-M") == 3
    assert sum(count for (sku, _), count in units.items() if sku == "MUG-01") == 6
    assert sum(price * count for (_, price), count in units.items()) == 3 * Decimal("40.00")
    for sku, price in units:
        fair = Decimal("40.00") * Decimal("24.00" if sku == "TEE-BLK-M" else "12.50") / Decimal("49.00")
        assert abs(price - fair) < Decimal("0.01")


def test_a_bundle_with_a_variant_of_its_own_is_that_variant(shop: Connector) -> None:
    shop.us.shopify.add_product("Tee + Mug Bundle", [{"sku": BUNDLE_SKU, "price": "45.00"}])
    there = _created(shop, shop.us.place(BUNDLE_SKU))
    assert _shown(there) == [(BUNDLE_SKU, 1, Decimal("40.00"))]


def test_each_fee_is_a_line_of_its_own(shop: Connector) -> None:
    fees = {
        "buyer_service_fee": Decimal("0.99"),
        "handling_fee": Decimal("0.50"),
        "small_order_fee": Decimal("2.00"),
        "retail_delivery_fee": Decimal("0.28"),
        "item_insurance_fee": Decimal("1.10"),
    }
    there = _created(shop, shop.us.place("MUG-01", fees=fees))

    own = {line.title.lower().replace(" ", "_"): line for line in there.lines if line.variant is None}
    assert {name: _price(line) for name, line in own.items()} == fees
    assert all(line.quantity == 1 and not line.requires_shipping for line in own.values())


def test_us_tax_is_added_on_lines_and_remitted_by_tiktok(shop: Connector) -> None:
    order_id = shop.us.place(("TEE-BLK-M", 2), "MUG-01", shipping_fee=Decimal("5.99"))
    there = _created(shop, order_id)

    taxes = _taxes(there)
    assert sum(tax.price_set.shop_money.value for tax in taxes) == Decimal(
        shop.us.tiktok.order(order_id)["payment"]["tax"]
    )
    assert taxes
    assert all(tax.channel_liable for tax in taxes)
    assert not there.taxes_included


def test_where_prices_include_tax_none_is_added(connector: Connector) -> None:
    connector.connect("uk")
    connector.wait(hours=3)
    there = _created(connector, connector.uk.place(("TEE-BLK-M", 2)), "uk")

    assert there.taxes_included
    assert _taxes(there) == []
    assert there.currency_code == "GBP"


@pytest.mark.parametrize("kind", ["is_sample_order", "is_replacement_order"])
def test_a_zero_amount_order_is_created_and_nothing_charged(shop: Connector, kind: str) -> None:
    mug = shop.us.listings["MUG-02"]
    free = Item(mug, seller_discount=mug.price)
    there = _created(shop, shop.us.place(free, extra={kind: True}))

    assert there.total == 0
    assert there.transactions == []
    assert there.given_financial_status == "PAID"
    assert _shown(there) == [("MUG-02", 1, Decimal(0))]


def test_a_gift_is_a_line_for_nothing(shop: Connector) -> None:
    gift = Item(shop.us.listings[GIFT_SKU], gift=True)
    there = _created(shop, shop.us.place("TEE-BLK-M", gift))
    assert (GIFT_SKU, 1, Decimal(0)) in _shown(there)


@pytest.mark.parametrize("payment", ["unchanged", "recalculated"])
def test_units_cancelled_before_import_are_left_out(shop: Connector, payment: Any) -> None:
    shop.us.tiktok.facts.payment_after_partial_cancel = payment
    order_id = shop.us.place(("TEE-BLK-M", 2), "MUG-01", shipping_fee=Decimal("5.99"))
    whole = shop.us.tiktok.order(order_id)
    cancelled = whole["line_items"][0]
    shop.us.tiktok.cancel_units(order_id, [cancelled["id"]])

    assert shop.sync().created == 1

    there = shop.on_shopify(order_id)
    theirs = Decimal(cancelled["sale_price"]) + Decimal(cancelled["item_tax"][0]["tax_amount"])
    assert there.total == Decimal(whole["payment"]["total_amount"]) - theirs
    assert there.paid("SALE") == there.total
    assert [(line.sku, line.quantity) for line in there.lines] == [("TEE-BLK-M", 1), ("MUG-01", 1)]
    assert shop.reconcile().ok


def test_a_difference_that_is_not_the_cancelled_units_blocks(shop: Connector) -> None:
    order_id = shop.us.place(("TEE-BLK-M", 2))
    shop.us.tiktok.cancel_units(order_id, [shop.us.tiktok.order(order_id)["line_items"][0]["id"]])
    shop.edit(order_id, lambda raw: raw["payment"].update(total_amount="51.95"))
    shop.sync()
    shop.stands_for(order_id, "blocked", "total_mismatch", "51.95")


def test_what_tiktoks_warehouse_ships_takes_no_stock_and_returns_none(shop: Connector) -> None:
    stock = shop.us.shopify.stock("MUG-01")
    order_id = shop.us.place("MUG-01", **WAREHOUSE)
    _created(shop, order_id)
    assert shop.us.shopify.stock("MUG-01") == stock

    shop.wait(minutes=5)
    shop.us.tiktok.move_order(order_id, "CANCELLED")
    assert shop.sync().cancelled == 1
    shop.wait(minutes=1)

    assert shop.on_shopify(order_id).cancelled_at is not None
    assert shop.us.shopify.stock("MUG-01") == stock


def test_what_the_seller_ships_takes_stock_once_even_where_none_is_left(shop: Connector) -> None:
    tee = shop.us.shopify.variant("TEE-BLK-M")
    shop.us.shopify.catalog.set_stock(tee, 1)
    _created(shop, shop.us.place(("TEE-BLK-M", 2)))
    shop.wait(minutes=2)
    shop.sync()
    assert shop.us.shopify.stock(tee) == -1


@pytest.mark.parametrize("status", ["AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED"])
def test_an_order_shipped_at_import_is_fulfilled_with_its_tracking(shop: Connector, status: str) -> None:
    order_id = shop.us.place("TEE-BLK-M", "MUG-01")
    shop.us.tiktok.move_order(order_id, status)
    there = _created(shop, order_id)

    raw = shop.us.tiktok.order(order_id)
    (parcel,) = there.fulfillments
    assert [each["number"] for each in parcel.tracking_info] == [raw["tracking_number"]]
    assert [each["company"] for each in parcel.tracking_info] == [raw["shipping_provider"]]
    assert all(line.unfulfilled_quantity == 0 for line in there.lines)
    assert (shop.order(order_id)["status"], shop.order(order_id)["state"]) == (status.lower(), "created")


def test_of_a_partially_shipping_bundle_the_shipped_units_components_are_fulfilled(shop: Connector) -> None:
    order_id = shop.us.place((BUNDLE_SKU, 2))
    shop.us.tiktok.move_order(order_id, "PARTIALLY_SHIPPING")
    there = _created(shop, order_id)

    left = sorted((line.sku, line.unfulfilled_quantity) for line in there.lines if line.unfulfilled_quantity)
    assert sum(count for sku, count in left if sku == "TEE-BLK-M") == 1
    assert sum(count for sku, count in left if sku == "MUG-01") == 2


@pytest.mark.parametrize("words", [WAREHOUSE, {"shipping_type": "TIKTOK"}], ids=["warehouse", "label"])
def test_a_masked_address_does_not_stop_what_tiktok_ships(shop: Connector, words: dict[str, Any]) -> None:
    there = _created(shop, shop.us.place("MUG-01", **words))

    address = there.shipping_address
    assert address is not None
    assert address["countryCode"] == "US"
    assert not any("*" in str(value) for value in address.values())


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("orders@example.com", "orders@example.com"),
        ("{buyer_id}@tiktok.com", "{user_id}@tiktok.com"),
        ("tts+{order_id}@example.com", "tts+{id}@example.com"),
        ("relay", "{buyer_email}"),
        ("none", None),
    ],
)
def test_the_email_is_as_the_store_wants_it(connector: Connector, setting: str, expected: str | None) -> None:
    connector.connect("us", orders=f'email = "{setting}"')
    connector.wait(hours=3)
    order_id = connector.us.place()
    there = _created(connector, order_id)

    raw = connector.us.tiktok.order(order_id)
    assert there.email == (None if expected is None else expected.format(**raw))


def test_title_and_tags_are_as_the_store_wants_them(connector: Connector) -> None:
    connector.connect("us", orders='shipping_title = "By TikTok"\ntags = ["tts", "import 2026"]')
    connector.wait(hours=3)
    there = _created(connector, connector.us.place())
    assert [line.title for line in there.shipping] == ["By TikTok"]
    assert there.tags == ["import 2026", "tts"]


def test_an_order_that_was_created_keeps_its_shopify_order_when_units_are_cancelled(shop: Connector) -> None:
    order_id = shop.us.place(("TEE-BLK-M", 2))
    there = _created(shop, order_id)
    shop.wait(minutes=5)
    shop.us.tiktok.cancel_units(order_id, [shop.us.tiktok.order(order_id)["line_items"][0]["id"]])
    shop.sync()
    assert shop.on_shopify(order_id) is there
    assert there.cancelled_at is None
    assert shop.reconcile().ok

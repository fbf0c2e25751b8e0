"""Every reason that needs a person: reached by a sync, named, mended the way a person would, created once."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from connector.sandbox.catalog import AMBIGUOUS_SKU
from tests.services.conftest import Connector, only_sqlite

Document = dict[str, Any]


def _sync_and_expect(shop: Connector, order_id: str, code: str, *named: str) -> None:
    result = shop.sync()
    assert (result.error, result.created, result.blocked) == (None, 0, 1)
    shop.stands_for(order_id, "blocked", code, *named)


def _price(value: object) -> Callable[[Document], None]:
    def change(raw: Document) -> None:
        raw["line_items"][0]["sale_price"] = value

    return change


def _add_to_total(amount: str) -> Callable[[Document], None]:
    def change(raw: Document) -> None:
        raw["payment"]["total_amount"] = f"{Decimal(raw['payment']['total_amount']) + Decimal(amount):f}"

    return change


@only_sqlite
@pytest.mark.parametrize("touch", [True, False], ids=["update_time moves", "update_time stays"])
def test_invalid_order_goes_on_when_tiktok_has_corrected_it(shop: Connector, touch: bool) -> None:
    order_id = shop.us.place()
    price = shop.us.tiktok.order(order_id)["line_items"][0]["sale_price"]
    shop.edit(order_id, _price("n/a"))
    _sync_and_expect(shop, order_id, "invalid_order", "sale_price", "n/a")

    shop.wait(minutes=5)
    shop.edit(order_id, _price(price), touch=touch)

    # The correction arrives by itself; where TikTok does not tell, the person retries, as `fix` says.
    result = shop.sync() if touch else shop.retry(order_id)
    assert (result.error, result.created) == (None, 1)
    shop.stands_once(order_id)


@only_sqlite
def test_sku_missing_goes_on_when_the_product_was_given_one(shop: Connector) -> None:
    order_id = shop.us.place("NO-SKU")
    _sync_and_expect(shop, order_id, "sku_missing", "Mystery Box")

    shop.wait(minutes=5)
    shop.edit(order_id, lambda raw: raw["line_items"][0].update(seller_sku="MUG-02"))

    assert shop.sync().created == 1
    assert [line.sku for line in shop.stands_once(order_id).lines] == ["MUG-02"]


def test_sku_unmatched_goes_on_with_one_mapping_for_all_that_wait(shop: Connector) -> None:
    orders = [shop.us.place("CAP-RED"), shop.us.place("TEE-BLK-M", "CAP-RED")]
    assert shop.sync().blocked == 2
    for order_id in orders:
        shop.stands_for(order_id, "blocked", "sku_unmatched", "'CAP-RED'")

    assert shop.map_sku("CAP-RED", "TOTE-NAT") == 2

    assert shop.sync().created == 2
    for order_id in orders:
        assert "TOTE-NAT" in [line.sku for line in shop.stands_once(order_id).lines]
        assert "mapping" in [line["matched_by"] for line in shop.order(order_id)["lines"]]


@pytest.mark.parametrize("how", ["catalog", "retry"])
def test_sku_unmatched_goes_on_when_shopify_has_the_sku(shop: Connector, how: str) -> None:
    order_id = shop.us.place("CAP-RED")
    _sync_and_expect(shop, order_id, "sku_unmatched", "'CAP-RED'")

    shop.us.shopify.add_product("Corduroy Cap", [{"sku": "CAP-RED", "price": "22.00"}])

    if how == "catalog":
        assert shop.catalog().error is None
        assert shop.sync().created == 1
    else:
        assert shop.retry(order_id).created == 1
    shop.stands_once(order_id)


@only_sqlite
def test_sku_unmatched_goes_on_when_the_unit_with_that_sku_is_cancelled(shop: Connector) -> None:
    order_id = shop.us.place("TEE-BLK-M", "CAP-RED")
    _sync_and_expect(shop, order_id, "sku_unmatched", "'CAP-RED'")

    shop.wait(minutes=5)
    unit = shop.us.tiktok.order(order_id)["line_items"][1]
    shop.us.tiktok.cancel_units(order_id, [unit["id"]])

    assert shop.sync().created == 1
    assert [line.sku for line in shop.on_shopify(order_id).lines] == ["TEE-BLK-M"]


@only_sqlite
def test_a_variant_deleted_on_shopify_is_not_ordered_but_named(shop: Connector) -> None:
    order_id = shop.us.place("LAMP-WHT")
    lamp = shop.us.shopify.variant("LAMP-WHT").product
    shop.us.shopify.catalog.remove_product(lamp)
    _sync_and_expect(shop, order_id, "sku_unmatched", "'LAMP-WHT'")

    shop.us.shopify.add_product("Clip Lamp", [{"sku": "LAMP-WHT", "price": "34.50"}])
    shop.catalog()

    assert shop.sync().created == 1
    shop.stands_once(order_id)


@only_sqlite
@pytest.mark.parametrize("how", ["map", "rename"])
def test_sku_ambiguous_goes_on_when_it_is_said_which_is_meant(shop: Connector, how: str) -> None:
    order_id = shop.us.place((AMBIGUOUS_SKU, 2))
    _sync_and_expect(shop, order_id, "sku_ambiguous", f"'{AMBIGUOUS_SKU}'")
    meant, other = shop.us.shopify.catalog.with_sku(AMBIGUOUS_SKU)

    if how == "map":
        assert shop.map_sku(AMBIGUOUS_SKU, AMBIGUOUS_SKU) == 1
    else:
        shop.us.shopify.change_sku(other, "SOCK-OLD")
        shop.catalog()

    assert shop.sync().created == 1
    assert [line.variant for line in shop.stands_once(order_id).lines] == [meant]


@only_sqlite
def test_total_mismatch_names_both_figures_and_goes_on_when_they_meet(shop: Connector) -> None:
    order_id = shop.us.place()
    total = Decimal(shop.us.tiktok.order(order_id)["payment"]["total_amount"])
    shop.edit(order_id, _add_to_total("0.50"))
    _sync_and_expect(
        shop, order_id, "total_mismatch", f"{total + Decimal('0.50')} USD", f"adds up to {total} USD"
    )

    shop.wait(minutes=5)
    shop.edit(order_id, _add_to_total("-0.50"))

    assert shop.sync().created == 1
    assert shop.stands_once(order_id).total == total


def test_currency_unsupported_goes_on_when_the_shop_is_paired_with_another_store(
    connector: Connector,
) -> None:
    platforms = connector.platforms
    ours = platforms.pairs["us"].shopify.access_token
    wrong = platforms.store_file("us").replace("/shopify/us", "/shopify/uk")
    connector.connect_text(wrong.replace(ours, platforms.pairs["uk"].shopify.access_token))
    connector.wait(hours=3)
    order_id = connector.us.place()
    _sync_and_expect(connector, order_id, "currency_unsupported", "in USD", "sells in GBP")

    connector.connect("us")

    assert connector.retry(order_id).created == 1
    connector.stands_once(order_id)
    assert connector.uk.shopify.orders == []


@only_sqlite
@pytest.mark.parametrize("how", ["sync", "retry", "in time"])
def test_address_unusable_goes_on_when_tiktok_shows_the_address(shop: Connector, how: str) -> None:
    order_id = shop.us.place()
    address = shop.us.tiktok.order(order_id)["recipient_address"]
    masked = {"name": "D*** M***", "address_line1": "1*** C***", "address_detail": "1*** C***"}
    shop.edit(order_id, lambda raw: raw["recipient_address"].update(masked))
    _sync_and_expect(shop, order_id, "address_unusable", "masked")

    shop.wait(minutes=5)
    shop.edit(order_id, lambda raw: raw.update(recipient_address=address), touch=how == "sync")
    if how == "in time":
        shop.wait(hours=7)

    result = shop.retry(order_id) if how == "retry" else shop.sync()
    # What is read again by id after some hours is taken to Shopify by the next run at the latest.
    created = result.created or shop.sync().created
    assert (result.error, created) == (None, 1)
    there = shop.stands_once(order_id)
    assert there.shipping_address is not None
    assert there.shipping_address["address1"] == address["address_line1"]


@only_sqlite
def test_shopify_refused_says_what_shopify_says_and_goes_on_when_it_is_mended(shop: Connector) -> None:
    catalog = shop.us.shopify.catalog
    closed = catalog.locations.pop()
    catalog.add_location("New warehouse")
    order_id = shop.us.place()
    shop.us.tiktok.move_order(order_id, "IN_TRANSIT")
    _sync_and_expect(shop, order_id, "shopify_refused", "Location does not exist")
    assert closed not in catalog.locations

    # The store is connected again, which asks Shopify for its location.
    shop.connect("us")

    assert shop.retry(reason="shopify_refused").created == 1
    shop.stands_once(order_id)


@pytest.mark.parametrize("login", ["token", "client_credentials"])
def test_needs_reauthorization_goes_on_with_new_credentials(connector: Connector, login: str) -> None:
    connector.connect("us", shopify_login=login)
    connector.wait(hours=3)
    connector.catalog()
    shopify = connector.us.shopify
    for token in list(shopify.access.tokens.values()):
        shopify.access.revoke(token.text)
    shopify.app.client_secret = "turned"
    orders = [connector.us.place(), connector.us.place("MUG-01")]

    result = connector.sync()

    assert result.error is not None
    assert shopify.orders == []
    for order_id in orders:
        connector.stands_for(order_id, "blocked", "needs_reauthorization", "credentials")

    shopify.access_token = shopify.access.issue(shopify.app).text
    connector.connect("us", shopify_login=login)

    assert connector.sync().created == 2
    for order_id in orders:
        connector.stands_once(order_id)


@only_sqlite
def test_a_deauthorized_tiktok_shop_catches_up_after_it_was_connected_again(shop: Connector) -> None:
    before = shop.us.place()
    shop.us.tiktok.deauthorize(shop.us.grant)
    result = shop.sync()
    assert result.error is not None
    assert "connect the TikTok shop again" in result.error

    shop.us.grant = shop.us.tiktok.authorize(shop.us.shop)
    after = shop.us.place("MUG-01")
    shop.connect("us")

    assert shop.sync().created == 2
    for order_id in (before, after):
        shop.stands_once(order_id)


def test_several_reasons_at_once_give_the_first(shop: Connector) -> None:
    """Each remedy uncovers the next reason, in the contract's order."""
    order_id = shop.us.place("TEE-BLK-M", "NO-SKU", "CAP-RED", AMBIGUOUS_SKU)
    document = shop.us.tiktok.order(order_id)

    def spoil(raw: Document) -> None:
        _price("-1")(raw)
        _add_to_total("0.01")(raw)
        raw["payment"]["currency"] = "EUR"
        for unit in raw["line_items"]:
            unit["currency"] = "EUR"
        raw["recipient_address"]["address_line1"] = "1*** C***"

    def into_dollars(raw: Document) -> None:
        raw["payment"]["currency"] = "USD"
        for unit in raw["line_items"]:
            unit["currency"] = "USD"

    def unmask(raw: Document) -> None:
        raw["recipient_address"] = document["recipient_address"]

    shop.edit(order_id, spoil)
    _sync_and_expect(shop, order_id, "invalid_order", "sale_price")
    remedies: list[tuple[Callable[[Document], None] | str, str]] = [
        (_price(document["line_items"][0]["sale_price"]), "currency_unsupported"),
        (into_dollars, "sku_missing"),
        (lambda raw: raw["line_items"][1].update(seller_sku="MUG-01"), "sku_unmatched"),
        ("CAP-RED", "sku_ambiguous"),
        (AMBIGUOUS_SKU, "address_unusable"),
        (unmask, "total_mismatch"),
    ]
    for remedy, code in remedies:
        shop.wait(minutes=5)
        if isinstance(remedy, str):
            shop.map_sku(remedy, "TOTE-NAT")
        else:
            shop.edit(order_id, remedy)
        shop.sync()
        shop.stands_for(order_id, "blocked", code)
    shop.wait(minutes=5)
    shop.edit(order_id, _add_to_total("-0.01"))
    assert shop.sync().created == 1
    shop.stands_once(order_id)

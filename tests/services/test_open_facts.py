"""What no document of the platforms settles: the same orders end in the same right result each way."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.sandbox.catalog import BUNDLE_SKU
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.shopify.switches import AddressRules, DuplicateIdentifier, SourceName
from tests.services.conftest import Connector, only_sqlite

pytestmark = only_sqlite

TIKTOK_FACTS: list[tuple[str, Any]] = [
    ("update_time_moves_on_edits", True),
    ("paging", "offset"),
    ("paging", "snapshot"),
    ("page_token_lifetime", timedelta(seconds=0)),
    ("search_lag", timedelta(seconds=90)),
    ("foreign_ids", "refuse"),
    ("held_address", "absent"),
    ("held_address", "masked"),
    ("cancelled_address", "masked"),
    ("cancelled_address", "kept"),
    ("us_platform_shipping_masked", False),
    ("bundle_parts_in_search", False),
    ("absent_when_empty", True),
    ("payment_after_partial_cancel", "recalculated"),
    ("cancel_spelling", "CANCELLED"),
    ("empty_object_body", "signed"),
    ("empty_object_body", "unsigned"),
    ("get_needs_content_type", False),
    ("old_refresh_token_survives", True),
    ("old_access_token_survives", False),
    ("requests_per_second", 2.0),
    ("retry_after", None),
    ("http_status", {105002: 200, 36009002: 200}),
]
SHOPIFY_SWITCHES: list[tuple[str, Any]] = [
    *(("duplicate_identifier", way) for way in DuplicateIdentifier),
    ("unique_check_delay", 120.0),
    ("identifier_lag", 30.0),
    ("missing_identifier_is_error", True),
    ("search_lag", 120.0),
    ("search_terms_limit", 5),
    ("fuzzy_sku_search", True),
    *(("unregistered_source_name", way) for way in SourceName),
    *(("address_rules", way) for way in AddressRules),
    ("strict_phones", False),
    ("strict_emails", False),
    ("app_namespace_metafields", False),
    ("unknown_customer_is_error", False),
    ("orders_per_minute", 5),
    ("throttled_status", 429),
    ("job_seconds", 20.0),
    ("bulk_seconds", 40.0),
]


def _mixed(shop: Connector) -> dict[str, str]:
    """A few orders of each kind, by what they are for; SKUs the index does not know are among them."""
    pair, tiktok = shop.us, shop.us.tiktok
    placed = {
        "plain": pair.place(("TEE-BLK-M", 2), "MUG-01", shipping_fee=Decimal("5.99")),
        "spelled": pair.place("NOTE-A5"),
        "bundle": pair.place(BUNDLE_SKU),
        "held": pair.place("HOOD-GRY-M", status="ON_HOLD"),
        "warehouse": pair.place("MUG-02", fulfillment_type="FULFILLMENT_BY_TIKTOK", shipping_type="TIKTOK"),
        "label": pair.place("MUG-02", shipping_type="TIKTOK"),
        "shipped": pair.place("LAMP-WHT"),
        "cancelled": pair.place("TOTE-NAT", status="CANCELLED"),
        "part cancelled": pair.place(("CANDLE-FIG", 2), "SERUM-30ML"),
        "new sku": pair.place("CAP-RED"),
    }
    placed |= {f"more {number}": pair.place("STK-GWP") for number in range(3)}
    tiktok.move_order(placed["shipped"], "IN_TRANSIT")
    unit = tiktok.order(placed["part cancelled"])["line_items"][0]["id"]
    tiktok.cancel_units(placed["part cancelled"], [unit])
    pair.shopify.add_product("Corduroy Cap", [{"sku": "CAP-RED", "price": "22.00"}])
    return placed


def _ends_well(shop: Connector) -> None:
    """Orders are held, lost, cancelled and a token expires while a few syncs go on; all ends right."""
    placed = _mixed(shop)
    # The answer to one create is lost after the order was made, and to another before.
    faults = shop.us.shopify_faults
    faults.add("orderCreate", Fault(FaultKind.RESET, committed=True), nth=2)
    faults.add("orderCreate", Fault(FaultKind.RESET), nth=4)
    _sync(shop, seconds=20)
    shop.us.tiktok.move_order(placed["held"], "AWAITING_SHIPMENT")
    _sync(shop, seconds=100)
    _sync(shop, seconds=1)
    gone = next(each for name, each in reversed(placed.items()) if _can_be_cancelled(shop, name, each))
    shop.us.tiktok.move_order(gone, "CANCELLED")
    shop.us.tiktok.desk.expire_access(shop.us.grant)
    _sync(shop, seconds=100)
    _sync(shop, minutes=10)
    _sync(shop, seconds=30)
    assert shop.sync().error is None
    _all_right(shop, placed)
    assert shop.on_shopify(gone).cancelled_at is not None


def _sync(shop: Connector, **then: float) -> None:
    """A sync, after which time passes; only a development store's limit may cut it short."""
    result = shop.sync()
    assert result.error is None or "too many attempts" in result.error.lower(), result.error
    shop.wait(**then)


def _can_be_cancelled(shop: Connector, name: str, order_id: str) -> bool:
    return name.startswith("more") and shop.order(order_id)["state"] == "created"


def _all_right(shop: Connector, placed: dict[str, str]) -> None:
    assert shop.us.shopify.duplicates() == {}
    assert shop.order(placed["cancelled"])["state"] == "ignored"
    for name, order_id in placed.items():
        if name == "cancelled":
            continue
        shown, there = shop.order(order_id), shop.on_shopify(order_id)
        assert (name, shown["state"], shown["reason"]) == (name, "created", None)
        units = sum(line.quantity for line in there.lines)
        cancelled = 1 if name == "part cancelled" else 0
        bundled = 2 if name == "bundle" else 0
        assert units == len(shop.us.tiktok.order(order_id)["line_items"]) + bundled - cancelled
        assert there.total == there.paid("SALE")
    assert len(shop.us.shopify.orders) == len(placed) - 1
    comparison = shop.reconcile()
    assert comparison.ok, comparison.differences()


PAIRED = [
    (TIKTOK_FACTS[number % len(TIKTOK_FACTS)], SHOPIFY_SWITCHES[number % len(SHOPIFY_SWITCHES)])
    for number in range(max(len(TIKTOK_FACTS), len(SHOPIFY_SWITCHES)))
]
"""Each fact and each switch at least once, one of each platform at a time to save minutes."""


@pytest.mark.parametrize(
    ("fact", "switch"), PAIRED, ids=[f"{fact[0]}-{switch[0]}-{switch[1]}" for fact, switch in PAIRED]
)
def test_whatever_the_platforms_do(shop: Connector, fact: tuple[str, Any], switch: tuple[str, Any]) -> None:
    setattr(shop.us.tiktok.facts, *fact)
    setattr(shop.us.shopify.switches, *switch)
    _ends_well(shop)


def _all_the_hard_ways(shop: Connector) -> None:
    facts, switches = shop.us.tiktok.facts, shop.us.shopify.switches
    facts.paging, facts.search_lag, facts.foreign_ids = "offset", timedelta(seconds=60), "refuse"
    facts.bundle_parts_in_search, facts.absent_when_empty = False, True
    facts.payment_after_partial_cancel = "recalculated"
    switches.duplicate_identifier, switches.search_lag = DuplicateIdentifier.CREATE_WITHOUT, 45.0
    switches.missing_identifier_is_error, switches.search_terms_limit = True, 3
    switches.address_rules, switches.job_seconds = AddressRules.STRICT, 15.0


def test_every_open_fact_of_the_sandbox_is_tried(shop: Connector) -> None:
    of_webhooks = {"retries_unauthorized_webhooks"}
    assert {name for name, _ in TIKTOK_FACTS} | of_webhooks == set(shop.us.tiktok.facts.__slots__)
    further_below = {"client_credentials_create", "bulk_failure"}
    messages = {"order_limit_message", "order_limit_field", "order_limit_code"}
    tried = {name for name, _ in SHOPIFY_SWITCHES} | further_below | messages
    assert tried == set(shop.us.shopify.switches.__slots__)


def test_whatever_both_do_at_once(shop: Connector) -> None:
    _all_the_hard_ways(shop)
    _ends_well(shop)


@pytest.mark.parametrize(
    ("message", "field", "code"),
    [
        ("Too many attempts. Please try again later.", None, None),
        ("Too many attempts. Please try again later.", ("order",), "INVALID"),
        ("Order limit reached: 5 per minute", ("order",), "LIMIT"),
    ],
)
def test_a_development_stores_limit_is_waited_out(
    shop: Connector, message: str, field: tuple[str, ...] | None, code: str | None
) -> None:
    switches = shop.us.shopify.switches
    switches.orders_per_minute, switches.order_limit_message = 5, message
    switches.order_limit_field, switches.order_limit_code = field, code
    placed = [shop.us.place() for _ in range(12)]

    first = shop.sync()

    assert first.created == 5
    assert all(shop.order(each)["state"] in ("created", "waiting") for each in placed)
    for _ in range(3):
        shop.wait(seconds=61)
        shop.sync()
    for order_id in placed:
        assert shop.order(order_id)["state"] == "created"
    shop.stands_once(placed[0])
    assert len(shop.us.shopify.orders) == 12


def test_a_catalogue_that_did_not_arrive_whole_is_not_used(shop: Connector) -> None:
    shop.us.shopify.switches.bulk_failure = "INTERNAL_SERVER_ERROR"
    assert shop.catalog().error is not None
    order_id = shop.us.place("LAMP-WHT", "MUG-01")
    assert shop.sync().created == 1
    shop.stands_once(order_id)


def test_a_token_that_may_not_create_is_said_and_mended(connector: Connector) -> None:
    connector.us.shopify.switches.client_credentials_create = False
    connector.connect("us", shopify_login="client_credentials")
    connector.wait(hours=3)
    order_id = connector.us.place()
    result = connector.sync()
    assert result.error is not None
    assert "denie" in result.error
    connector.stands_for(order_id, "waiting", "shopify_unavailable", "offline token")

    connector.connect("us", shopify_login="token")

    assert connector.retry(order_id).created == 1
    connector.stands_once(order_id)

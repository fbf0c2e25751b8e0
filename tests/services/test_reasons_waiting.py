"""Every reason that passes by itself, or by a rule: reached by a sync, waited for, created once."""

from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.faults import Fault, FaultKind
from tests.services.conftest import Connector, only_sqlite

DOWN = Fault(FaultKind.STATUS, status=503)


@pytest.mark.parametrize(("status", "code"), [("UNPAID", "unpaid"), ("ON_HOLD", "on_hold")])
def test_unpaid_and_held_orders_wait_whatever_else_is_wrong(shop: Connector, status: str, code: str) -> None:
    order_id = shop.us.place("CAP-RED", "NO-SKU", status=status)
    sale_price = shop.us.tiktok.order(order_id)["line_items"][0]["sale_price"]
    shop.edit(order_id, lambda raw: raw["line_items"][0].update(sale_price=-1))
    result = shop.sync()
    assert (result.error, result.waiting, result.blocked) == (None, 1, 0)
    shop.stands_for(order_id, "waiting", code)
    assert shop.retry(order_id).created == 0
    shop.stands_for(order_id, "waiting", code)

    shop.wait(hours=2)
    shop.us.tiktok.move_order(order_id, "AWAITING_SHIPMENT")
    shop.sync()
    shop.stands_for(order_id, "blocked", "invalid_order")

    shop.wait(minutes=5)

    def mend(raw: dict[str, Any]) -> None:
        raw["line_items"][0].update(sale_price=sale_price)
        raw["line_items"][1].update(seller_sku="TOTE-NAT")

    shop.edit(order_id, mend)
    shop.map_sku("CAP-RED", "TOTE-BLK")
    assert shop.sync().created == 1
    shop.stands_once(order_id)


@only_sqlite
def test_a_held_orders_blank_address_is_replaced_when_the_hold_is_over(shop: Connector) -> None:
    order_id = shop.us.place(status="ON_HOLD")
    shop.sync()
    assert shop.order(order_id)["customer_name"] is None

    shop.wait(hours=1)
    shop.us.tiktok.move_order(order_id, "AWAITING_SHIPMENT")

    assert shop.sync().created == 1
    assert shop.stands_once(order_id).shipping_address is not None


def test_remorse_hold_ends_on_the_minute(connector: Connector) -> None:
    connector.connect("us", orders="hold_minutes = 90")
    connector.wait(hours=3)
    connector.catalog()
    order_id = connector.us.place(on_hold=False)
    paid = connector.us.tiktok.order(order_id)["paid_time"]
    held_by_tiktok = connector.us.place("MUG-01")

    assert connector.sync().created == 1
    assert connector.on_shopify(held_by_tiktok).total > 0
    connector.stands_for(order_id, "waiting", "remorse_hold")
    assert connector.retry(order_id).created == 0

    left = paid + 90 * 60 - connector.platforms.clock.timestamp()
    connector.wait(seconds=left - 1)
    assert connector.sync().created == 0
    connector.wait(seconds=1)
    assert connector.sync().created == 1
    connector.stands_once(order_id)


@only_sqlite
def test_shopify_unavailable_while_its_variants_cannot_be_read(shop: Connector) -> None:
    shop.us.shopify.add_product("Corduroy Cap", [{"sku": "CAP-RED", "price": "22.00"}])
    shop.us.shopify_faults.add(".*", DOWN)
    order_id = shop.us.place("CAP-RED")

    result = shop.sync()

    assert result.error is not None
    assert "503" in result.error
    shop.stands_for(order_id, "waiting", "shopify_unavailable", "503")
    shop.us.shopify_faults.clear()
    shop.wait(minutes=2)
    assert shop.sync().created == 1
    shop.stands_once(order_id)


@only_sqlite
@pytest.mark.parametrize("status", [402, 423])
def test_shopify_unavailable_while_the_shop_is_frozen(shop: Connector, status: int) -> None:
    order_id = shop.us.place()
    shop.us.shopify.shop_status = status
    shop.sync()
    shop.stands_for(order_id, "waiting", "shopify_unavailable", str(status))

    shop.us.shopify.shop_status = 200

    assert shop.retry(order_id).created == 1
    shop.stands_once(order_id)


@only_sqlite
@pytest.mark.parametrize("throttled", [Fault(FaultKind.THROTTLED), Fault(FaultKind.STATUS, status=429)])
def test_shopify_unavailable_while_it_asks_for_patience(shop: Connector, throttled: Fault) -> None:
    order_id = shop.us.place()
    shop.us.shopify_faults.add("orderCreate", throttled)
    assert shop.sync().created == 0
    shop.stands_for(order_id, "waiting", "shopify_unavailable")

    shop.us.shopify_faults.clear()
    shop.wait(hours=1)

    assert shop.sync().created == 1
    shop.stands_once(order_id)


@only_sqlite
def test_tiktok_unavailable_when_a_bundle_cannot_be_read(shop: Connector) -> None:
    shop.us.tiktok.facts.bundle_parts_in_search = False
    order_id = shop.us.place("BUNDLE-TM")
    shop.platforms.tiktok_faults.add("order.detail", DOWN)
    result = shop.sync()
    assert result.error is not None
    shop.stands_for(order_id, "waiting", "tiktok_unavailable", "503")

    shop.platforms.tiktok_faults.clear()
    shop.wait(minutes=2)

    assert shop.sync().created == 1
    skus = [line.sku or "" for line in shop.stands_once(order_id).lines for _ in range(line.quantity)]
    assert sorted(skus) == ["MUG-01", "MUG-01", "TEE-BLK-M"]


def test_outcome_unknown_is_found_and_linked(shop: Connector) -> None:
    order_id = shop.place_fresh()
    shop.us.shopify_faults.add("orderCreate", Fault(FaultKind.RESET, committed=True), times=1)
    shop.us.shopify_faults.add("order.*|_.*", DOWN)
    shop.sync()
    shown = shop.order(order_id)
    assert (shown["state"], shown["reason"]["code"]) == ("waiting", "outcome_unknown")
    assert shown["reason"]["fix"]
    assert len(shop.us.shopify.orders) == 1

    shop.us.shopify_faults.clear()
    shop.wait(minutes=5)

    result = shop.sync()
    assert (result.created, result.already_on_shopify) == (0, 1)
    shop.stands_once(order_id)


def test_outcome_unknown_is_created_again_only_after_the_quiet_period(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.us.shopify_faults.add("orderCreate", Fault(FaultKind.RESET), times=1)
    shop.sync()
    shop.stands_for(order_id, "waiting", "outcome_unknown", "lost")
    lost_at = shop.runtime.clock.now()

    while shop.runtime.clock.now() < lost_at + timedelta(seconds=50):
        shop.wait(seconds=5)
        assert shop.sync().created == 0
        shop.stands_for(order_id, "waiting", "outcome_unknown")
    created = 0
    for _ in range(4):
        shop.wait(seconds=40)
        created += shop.sync().created
    assert created == 1
    assert shop.runtime.clock.now() >= lost_at + timedelta(seconds=60)
    shop.stands_once(order_id)


@only_sqlite
def test_outcome_unknown_that_commits_late_is_found(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.us.shopify_faults.add("orderCreate", Fault(FaultKind.LATE, delay=45), times=1)
    shop.sync()
    shop.stands_for(order_id, "waiting", "outcome_unknown")
    created = 0
    for _ in range(10):
        shop.wait(seconds=12)
        created += shop.sync().created
    assert created == 0
    shop.stands_once(order_id)


@only_sqlite
def test_cancelled_before_create_stays_so_and_returns_if_tiktok_says_otherwise(shop: Connector) -> None:
    order_id = shop.us.place(status="CANCELLED")
    assert shop.sync().ignored == 1
    shop.stands_for(order_id, "ignored", "cancelled_before_create")
    assert shop.retry(order_id).created == 0

    shop.wait(minutes=5)
    shop.us.tiktok.move_order(order_id, "CANCELLED")
    assert shop.sync().created == 0
    shop.stands_for(order_id, "ignored", "cancelled_before_create")
    assert shop.reconcile().ok


def test_before_start_is_imported_by_a_backfill(connector: Connector) -> None:
    now = connector.runtime.clock.now()
    order_id = connector.us.place(created_at=now - timedelta(days=2))
    connector.connect("us", orders=f'start_from = "{(now - timedelta(days=1)).isoformat()}"')
    # Changed after the start, so that a sync meets it.
    connector.wait(minutes=5)
    connector.us.tiktok.edit_order(order_id, lambda raw: None, touch=True)
    assert connector.sync().ignored == 1
    connector.stands_for(order_id, "ignored", "before_start")
    assert connector.reconcile().ok

    result = connector.backfill(now - timedelta(days=3), now)

    assert (result.error, result.created) == (None, 1)
    connector.stands_once(order_id)


@only_sqlite
def test_before_start_is_imported_when_the_start_is_set_earlier(connector: Connector) -> None:
    now = connector.runtime.clock.now()
    order_id = connector.us.place(created_at=now - timedelta(days=2))
    connector.connect("us", orders=f'start_from = "{(now - timedelta(days=1)).isoformat()}"')
    connector.wait(minutes=5)
    connector.us.tiktok.edit_order(order_id, lambda raw: None, touch=True)
    connector.sync()
    connector.stands_for(order_id, "ignored", "before_start")

    connector.wait(hours=2)
    connector.connect("us", orders=f'start_from = "{(now - timedelta(days=3)).isoformat()}"')

    assert connector.sync().created == 1
    connector.stands_once(order_id)


def test_type_switched_off_is_imported_when_it_is_switched_on(connector: Connector) -> None:
    connector.connect("us", orders="import_fulfilled_by_tiktok = false")
    connector.wait(hours=3)
    order_id = connector.us.place(fulfillment_type="FULFILLMENT_BY_TIKTOK", shipping_type="TIKTOK")
    assert connector.sync().ignored == 1
    connector.stands_for(order_id, "ignored", "type_switched_off")
    assert connector.reconcile().ok

    connector.wait(hours=2)
    connector.connect("us", orders="import_fulfilled_by_tiktok = true")

    assert connector.sync().created == 1
    connector.stands_once(order_id)


@only_sqlite
def test_a_backfilled_order_is_judged_again_like_any_other(connector: Connector) -> None:
    """Its age, which the backfill set aside, does not come back with the next update."""
    now = connector.runtime.clock.now()
    order_id = connector.us.place(created_at=now - timedelta(days=2))
    connector.connect("us")
    price = connector.us.tiktok.order(order_id)["line_items"][0]["sale_price"]
    connector.edit(order_id, lambda raw: raw["line_items"][0].update(sale_price="n/a"), touch=False)
    connector.backfill(now - timedelta(days=3), now)
    connector.stands_for(order_id, "blocked", "invalid_order")

    connector.wait(minutes=5)
    connector.edit(order_id, lambda raw: raw["line_items"][0].update(sale_price=price))

    assert connector.sync().created == 1
    connector.stands_once(order_id)


@pytest.mark.parametrize("backfilled", [False, True])
def test_a_held_order_older_than_the_start_is_turned_away_when_due_unless_backfilled(
    connector: Connector, backfilled: bool
) -> None:
    order_id = connector.us.place(status="ON_HOLD")
    connector.connect("us")
    connector.wait(minutes=5)
    connector.us.tiktok.edit_order(order_id, lambda raw: None, touch=True)
    connector.sync()
    connector.stands_for(order_id, "waiting", "on_hold")
    if backfilled:
        now = connector.runtime.clock.now()
        connector.backfill(now - timedelta(days=1), now)
        shown = connector.order(order_id)
        connector.backfill(now - timedelta(days=1), now)
        assert connector.order(order_id) == shown

    connector.wait(hours=2)
    connector.us.tiktok.move_order(order_id, "AWAITING_SHIPMENT")
    connector.sync()

    if backfilled:
        connector.stands_once(order_id)
    else:
        connector.stands_for(order_id, "ignored", "before_start")

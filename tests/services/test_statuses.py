"""Orders stay true to TikTok after they were created: late, repeated, missing and misleading news."""

from datetime import timedelta
from typing import Any

import pytest

from connector.sandbox.faults import Fault, FaultKind
from tests.services.conftest import Connector, only_sqlite


def _history(shop: Connector, order_id: str) -> list[str]:
    return [each["detail"] for each in shop.order(order_id)["history"] if each["event"] == "status_changed"]


def test_late_news_changes_nothing_and_the_newest_wins(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.sync()
    shop.wait(hours=5)
    shop.us.tiktok.move_order(order_id, "IN_TRANSIT")
    shop.sync()
    shown = shop.order(order_id)

    older = shop.runtime.clock.now() - timedelta(hours=2)
    # TikTok's list shows a stale copy for a while: an older status with an older update_time.
    shop.us.tiktok.move_order(order_id, "AWAITING_COLLECTION", at=older)
    shop.wait(hours=7)
    shop.sync()
    assert shop.order(order_id) == shown

    shop.us.tiktok.move_order(order_id, "DELIVERED")
    shop.sync()
    assert _history(shop, order_id) == ["awaiting_shipment → in_transit", "in_transit → delivered"]


def test_a_change_that_does_not_move_update_time_is_read_by_id(shop: Connector) -> None:
    order_id = shop.us.place()
    for _ in range(2):
        shop.sync()
        shop.wait(minutes=30)
    shop.edit(order_id, lambda raw: raw["recipient_address"].update(name="Ada Lovelace"), touch=False)
    shop.sync()
    assert shop.order(order_id)["customer_name"] != "Ada Lovelace"

    shop.wait(hours=6)
    shop.sync()

    assert shop.order(order_id)["customer_name"] == "Ada Lovelace"


def test_a_return_makes_its_order_be_read_again_though_its_update_time_stays(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.us.tiktok.move_order(order_id, "DELIVERED")
    for _ in range(2):
        shop.sync()
        shop.wait(minutes=30)
    shop.edit(order_id, lambda raw: raw["recipient_address"].update(name="Ada Lovelace"), touch=False)
    return_id = shop.us.tiktok.open_return(order_id)
    shop.sync()
    assert shop.order(order_id)["customer_name"] == "Ada Lovelace"
    assert any("return" in sentence for sentence in shop.order(order_id)["explanation"])

    shop.wait(days=15)
    shop.sync()
    assert shop.complete().completed == 0
    shop.us.tiktok.move_return(return_id, "RETURN_OR_REFUND_REQUEST_CANCEL")
    assert shop.complete().completed == 1


@only_sqlite
def test_a_status_of_tomorrow_is_shown_as_it_came(shop: Connector) -> None:
    order_id = shop.us.place()
    shop.sync()
    shop.wait(hours=1)
    shop.edit(order_id, lambda raw: raw.update(status="LOST_AT_SEA"))
    assert shop.sync().error is None
    assert shop.order(order_id)["status"] == "lost_at_sea"
    shop.stands_once(order_id)


@only_sqlite
def test_a_masked_or_blank_address_never_takes_a_good_one_away(shop: Connector) -> None:
    order_id = shop.us.place("CAP-RED")
    name = shop.us.tiktok.order(order_id)["recipient_address"]["name"]
    shop.sync()
    shop.wait(minutes=20)
    blank = {"name": "", "address_line1": "", "address_detail": "", "postal_code": "", "region_code": ""}
    shop.edit(order_id, lambda raw: raw["recipient_address"].update(blank))
    shop.sync()
    assert shop.order(order_id)["customer_name"] == name

    shop.map_sku("CAP-RED", "TOTE-NAT")
    assert shop.sync().created == 1
    there = shop.stands_once(order_id)
    assert there.shipping_address is not None
    assert there.shipping_address["address1"]


@pytest.mark.parametrize("fulfilled", [True, False])
@only_sqlite
def test_what_shopify_will_not_cancel_is_shown_and_not_retried_for_ever(
    shop: Connector, fulfilled: bool
) -> None:
    order_id = shop.us.place()
    if fulfilled:
        shop.us.tiktok.move_order(order_id, "IN_TRANSIT")
    shop.sync()
    shop.wait(minutes=5)
    shop.us.tiktok.move_order(order_id, "CANCELLED")
    shop.us.shopify_faults.add("orderCancel", Fault(FaultKind.STATUS, status=503), times=1)
    shop.sync()
    shop.wait(minutes=5)
    assert shop.sync().error is None
    shop.wait(minutes=5)
    asked = shop.us.shopify_faults.requests("orderCancel")
    for _ in range(3):
        shop.wait(hours=2)
        assert shop.sync().error is None

    assert shop.us.shopify_faults.requests("orderCancel") == asked
    assert (shop.on_shopify(order_id).cancelled_at is None) == fulfilled
    if fulfilled:
        assert "did not cancel" in " ".join(shop.order(order_id)["explanation"])
    assert shop.reconcile().ok


@only_sqlite
def test_the_setting_leaves_cancelled_orders_on_shopify(connector: Connector) -> None:
    connector.connect("us", orders="cancel_on_shopify = false")
    connector.wait(hours=3)
    order_id = connector.us.place()
    connector.sync()
    connector.wait(minutes=5)
    connector.us.tiktok.move_order(order_id, "CANCELLED")
    assert connector.sync().cancelled == 0
    assert connector.on_shopify(order_id).cancelled_at is None
    assert connector.order(order_id)["status"] == "cancelled"


@only_sqlite
def test_cancelled_while_its_creation_is_unknown_it_is_looked_up_then_cancelled(shop: Connector) -> None:
    made = shop.place_fresh()
    not_made = shop.us.place(created_at=shop.runtime.clock.now())
    # Newest first: the second order is sent first.
    shop.us.shopify_faults.add("orderCreate", Fault(FaultKind.RESET), nth=1)
    shop.us.shopify_faults.add("orderCreate", Fault(FaultKind.RESET, committed=True), nth=2)
    shop.us.shopify_faults.add("(order|variant|_).*By.*", Fault(FaultKind.STATUS, status=503))
    shop.sync()
    shop.us.shopify_faults.clear()
    shop.wait(seconds=5)
    for order_id in (made, not_made):
        shop.us.tiktok.move_order(order_id, "CANCELLED")
    for _ in range(6):
        shop.sync()
        shop.wait(seconds=60)
    shop.sync()

    assert len(shop.us.shopify.orders) == 1
    there = shop.us.shopify.orders[0]
    gone = next(each for each in (made, not_made) if each != there.source_identifier)
    assert shop.order(str(there.source_identifier))["state"] == "created"
    assert there.cancelled_at is not None
    assert shop.order(gone)["reason"]["code"] == "cancelled_before_create"
    assert shop.reconcile().ok


@only_sqlite
def test_an_order_placed_again_and_again_in_the_list_is_one_order(shop: Connector) -> None:
    """Pages repeat orders while the list shifts below the reader."""
    shop.us.tiktok.facts.paging = "offset"
    placed = [shop.us.place() for _ in range(130)]

    def nudge(raw: dict[str, Any]) -> None:
        raw["seller_note"] = "seen"

    for order_id in placed[:40]:
        shop.edit(order_id, nudge)
    result = shop.sync()
    assert (result.error, result.new, result.created) == (None, 130, 130)
    assert shop.us.shopify.duplicates() == {}

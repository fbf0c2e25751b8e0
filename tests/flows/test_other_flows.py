"""The flows complete-orders, refresh-catalog and reconcile-orders, over each kind of database."""

from datetime import timedelta
from decimal import Decimal

from connector.sandbox.faults import Fault, FaultKind
from flows.complete_orders import complete_orders
from flows.reconcile_orders import reconcile_orders
from flows.refresh_catalog import refresh_catalog
from flows.sync_orders import sync_orders
from tests.flows.conftest import UNDER_PREFECT, FlowRunner

pytestmark = UNDER_PREFECT


def test_delivered_orders_are_completed_when_their_time_is_over(shop: FlowRunner) -> None:
    order_id = shop.us.place()
    shop.us.tiktok.move_order(order_id, "DELIVERED")
    shop.run(sync_orders)
    over = shop.now + timedelta(days=14)

    early = shop.run(complete_orders, as_of=over - timedelta(seconds=1))
    assert (early.state, early.store()["completed"]) == ("COMPLETED", 0)
    assert shop.order(order_id)["status"] == "delivered"

    done = shop.run(complete_orders, stores=["us"], as_of=over)
    assert (done.state, done.store()["completed"]) == ("COMPLETED", 1)
    assert shop.order(order_id)["completed_by"] == "connector"

    ledger, requests = shop.ledger(), shop.at_platforms()
    assert shop.run(complete_orders, as_of=over).store()["completed"] == 0
    assert (shop.ledger(), shop.at_platforms()) == (ledger, requests)


def test_nothing_is_completed_and_the_run_fails_when_tiktok_cannot_be_asked(shop: FlowRunner) -> None:
    order_id = shop.us.place()
    shop.us.tiktok.move_order(order_id, "DELIVERED")
    shop.run(sync_orders)
    shop.wait(days=15)
    shop.platforms.tiktok_faults.add(".*return.*", Fault(FaultKind.STATUS, status=503))

    ended = shop.run(complete_orders)

    assert (ended.state, ended.store()["completed"]) == ("FAILED", 0)
    assert ended.message.startswith("us: ")
    assert shop.order(order_id)["status"] == "delivered"


def test_a_new_variant_frees_the_orders_that_waited_for_it(shop: FlowRunner) -> None:
    order_id = shop.us.place("CAP-RED")
    shop.run(sync_orders)
    assert shop.order(order_id)["reason"]["code"] == "sku_unmatched"
    shop.us.shopify.add_product("Cap", [{"sku": "CAP-RED", "price": "15.00", "stock": 3}])
    shop.wait(hours=3)

    first = shop.run(refresh_catalog)
    assert (first.state, shop.order(order_id)["state"]) == ("COMPLETED", "waiting")

    ledger, requests = shop.ledger(), shop.at_platforms()
    assert shop.run(refresh_catalog, stores=["us"]).state == "COMPLETED"
    assert (shop.ledger(), shop.at_platforms()) == (ledger, requests)


def test_a_difference_fails_the_reconciliation_which_changes_nothing(shop: FlowRunner) -> None:
    ids = [shop.us.place() for _ in range(3)]
    shop.run(sync_orders)
    shop.wait(minutes=5)
    ledger, requests = shop.ledger(), shop.at_platforms()

    sound = shop.run(reconcile_orders)
    assert (sound.state, sound.message, sound.store()["matched"]) == ("COMPLETED", "us: no difference", 3)
    assert sound.document["from"].startswith("2026-10-25T12:05:00")

    shop.us.shopify.delete_order(shop.on_shopify(ids[0]))
    shop.us.shopify.alter_total(shop.on_shopify(ids[1]), Decimal("1.00"))
    found = shop.run(reconcile_orders, start=shop.now - timedelta(days=1), end=shop.now, stores=["us"])
    assert (found.state, found.document["ok"]) == ("FAILED", False)
    assert (found.store()["missing_on_shopify"], found.store()["total_differs"]) == ([ids[0]], [ids[1]])
    assert "1 missing on shopify" in found.message
    artifacts = shop.server.post("/artifacts/filter", artifacts={"flow_run_id": {"any_": [str(found.id)]}})
    assert [artifact["key"] for artifact in artifacts] == ["reconcile-orders"]
    assert ids[0] in artifacts[0]["data"]
    assert (shop.ledger(), shop.at_platforms()) == (ledger, requests)

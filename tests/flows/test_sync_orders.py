"""The flow sync-orders under a real Prefect server, over each kind of database."""

from flows.sync_orders import sync_orders
from tests.flows.conftest import UNDER_PREFECT, FlowRunner

pytestmark = UNDER_PREFECT


def test_orders_arrive_once_and_a_second_run_changes_nothing(shop: FlowRunner) -> None:
    fine, unmatched = shop.us.place(("TEE-BLK-M", 2), "MUG-01"), shop.us.place("CAP-RED")

    first = shop.run(sync_orders)

    assert first.state == "COMPLETED"
    assert first.message == "2 found, 2 new, 1 created, 1 blocked"
    assert shop.on_shopify(fine).source_identifier == fine
    assert shop.order(unmatched)["reason"]["code"] == "sku_unmatched"
    steps = {run["name"] for run in shop.server.task_runs(first.id, last="refresh us")}
    assert steps == {f"{step} us" for step in ("fetch", "look-up", "validate", "match", "create", "refresh")}

    shop.wait(minutes=1)
    ledger, requests = shop.ledger(), shop.at_platforms()
    second = shop.run(sync_orders, stores=["us"])
    assert (second.state, second.store()["created"]) == ("COMPLETED", 0)
    assert (shop.ledger(), shop.at_platforms()) == (ledger, requests)


def test_a_failing_store_fails_the_run_which_names_it_and_does_the_others(shop: FlowRunner) -> None:
    shop.connect("uk", orders="start_from = 2026-10-01T00:00:00Z")
    fine = shop.uk.place()
    shop.us.place()
    shop.us.tiktok.deauthorize(shop.us.grant)

    ended = shop.run(sync_orders)

    assert ended.state == "FAILED"
    assert ended.message == f"us: {ended.store()['error']}"
    assert "connect the TikTok shop again" in ended.message
    assert (ended.document["ok"], ended.store("uk")["ok"], ended.store("uk")["created"]) == (False, True, 1)
    assert shop.on_shopify(fine, "uk").total > 0
    kept = shop.server.get(f"/flow_runs/{ended.id}")["state"]
    assert (kept["type"], kept["message"]) == ("FAILED", ended.message)

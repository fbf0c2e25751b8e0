"""What the Prefect server keeps of all five flows: no secret and nothing of a buyer."""

from datetime import timedelta
from functools import partial
from typing import Any

from flows.backfill_orders import backfill_orders
from flows.complete_orders import complete_orders
from flows.reconcile_orders import reconcile_orders
from flows.refresh_catalog import refresh_catalog
from flows.sync_orders import sync_orders
from tests.flows.conftest import UNDER_PREFECT, Ended, FlowRunner
from tests.flows.privacy import betrayed, kept_from_prefect
from tests.prefect_server import eventually

pytestmark = UNDER_PREFECT


def test_the_server_keeps_no_secret_and_nothing_of_a_buyer(shop: FlowRunner) -> None:
    shop.connect("uk", orders="start_from = 2026-10-01T00:00:00Z")
    for pair in (shop.us, shop.uk):
        pair.place(buyer_message="Leave it with the neighbour")
    bad = shop.us.place()
    shop.us.tiktok.order(bad)["payment"]["currency"] = "not a currency"
    span = {"start": shop.now - timedelta(days=7), "end": shop.now + timedelta(minutes=1)}

    runs = [shop.run(sync_orders), shop.run(refresh_catalog)]
    shop.uk.tiktok.deauthorize(shop.uk.grant)
    runs += [shop.run(complete_orders), shop.run(reconcile_orders, **span), shop.run(backfill_orders, **span)]
    runs += [shop.run(sync_orders, stores=["us", "uk"])]

    assert len(kept_from_prefect(shop)) > 20
    for run in runs:
        eventually(partial(_told, shop, run), "the logs of every run have arrived")
    everything = shop.server.everything()
    assert "validation-us" in everything
    assert all(str(run.id) in everything for run in runs)
    assert betrayed(shop) == []


def _told(shop: FlowRunner, run: Ended) -> Any:
    lines = shop.server.post("/logs/filter", logs={"flow_run_id": {"any_": [str(run.id)]}}, limit=200)
    return [
        line for line in lines if line["message"].startswith("Finished in state") and not line["task_run_id"]
    ]

"""`connector serve` with its own Prefect server: the deployments are there, and a run is worked on."""

import sys
import time
from typing import Any

import httpx
import pytest

from connector.ledger.holding import held
from connector.sandbox.faults import Fault, FaultKind
from tests.prefect_server import eventually
from tests.serving.conftest import Serve, Served, Shop

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

_SCHEDULED = {"sync-orders", "complete-orders", "refresh-catalog", "reconcile-orders"}
_ALL = {*_SCHEDULED, "backfill-orders"}
_PARTS = ("connector.cli serve ", "connector.cli.serve_schedule", "prefect server start")
_RUN = "prefect.engine"
_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's end")
_PATIENCE = 120.0


def _api(served: Served) -> str:
    word = "connector: Prefect's own pages are at "
    (address,) = (line.removeprefix(word) for line in served.said.splitlines() if line.startswith(word))
    return f"{address}/api"


def _deployments(http: httpx.Client) -> dict[str, Any] | None:
    found = {
        each["name"]: each for each in http.post("/deployments/filter", json={}).raise_for_status().json()
    }
    return found if set(found) == _ALL else None


def test_the_schedule_is_seen_in_prefect_and_worked_on(serve: Serve, shop: Shop) -> None:
    order_id = shop.pair.place()
    served = serve(PREFECT_WORKER_QUERY_SECONDS="1")
    assert served.http.get("/healthz").status_code == 200
    eventually(lambda: served.http.get("/readyz").status_code == 200, "Prefect answers", patience=_PATIENCE)
    with httpx.Client(base_url=_api(served), timeout=30, trust_env=False) as http:
        found = eventually(lambda: _deployments(http), "the deployments are there", patience=_PATIENCE)
        assert {name for name, each in found.items() if each["schedules"]} == _SCHEDULED
        assert {each["work_pool_name"] for each in found.values()} == {"connector"}
        assert found["backfill-orders"]["parameter_openapi_schema"]["required"] == ["start", "end"]
        run = http.post(f"/deployments/{found['sync-orders']['id']}/create_flow_run", json={}).json()
        eventually(lambda: shop.on_shopify(order_id), "the order is on Shopify", patience=_PATIENCE)

        def ended() -> str | None:
            state = http.get(f"/flow_runs/{run['id']}").json()["state"]["type"]
            return state if state in ("COMPLETED", "CANCELLED", "FAILED", "CRASHED") else None

        # The scheduled run of this minute may have been first; then the one asked for was dropped.
        assert eventually(ended, "the run ends", patience=_PATIENCE) in ("COMPLETED", "CANCELLED")
    began = time.monotonic()
    assert served.stop() == 0
    assert time.monotonic() - began < 45
    assert shop.on_shopify(order_id) == 1
    assert shop.runtime.database.read(held) == 0
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{_api(served)}/health", timeout=2, trust_env=False)
    assert served.family() == []


def _lives(served: Served, *words: str) -> bool:
    family = served.family()
    return all(any(word in command for command in family) for word in words)


def _kill(served: Served) -> None:
    served.process.kill()
    served.process.wait()
    eventually(lambda: not served.family(), "nothing is left", patience=_PATIENCE)


@_LINUX
def test_killed_it_leaves_no_process_behind(serve: Serve) -> None:
    served = serve()
    eventually(lambda: _lives(served, *_PARTS), "all parts live", patience=_PATIENCE)
    _kill(served)


@_LINUX
@pytest.mark.long
def test_killed_in_the_middle_of_a_run_it_leaves_no_process_behind(serve: Serve, shop: Shop) -> None:
    shop.pair.shopify_faults.add("orderCreate", Fault(FaultKind.SLOW, delay=5.0))
    order_ids = [shop.pair.place() for _ in range(3)]
    served = serve(PREFECT_WORKER_QUERY_SECONDS="1")
    eventually(lambda: shop.pair.shopify_faults.log, "a run creates an order", patience=_PATIENCE)
    assert _lives(served, *_PARTS, _RUN)
    _kill(served)
    assert max(shop.on_shopify(order_id) for order_id in order_ids) <= 1

"""How many task runs a run of many orders leaves: by the batch, never by the order."""

from datetime import UTC, datetime

import pytest

from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.clock import SandboxClock
from connector.sandbox.scenario import volume_scenario
from connector.settings import Settings
from flows.sync_orders import sync_orders
from tests.flows.conftest import UNDER_PREFECT, FlowRunner
from tests.platforms import SandboxServer
from tests.prefect_server import PrefectServer

pytestmark = UNDER_PREFECT

_ORDERS = 2000
_MOST_FOR_TEN_THOUSAND = 300


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_task_runs_grow_with_batches(
    database_url: str, sandbox_server: SandboxServer, prefect_server: PrefectServer
) -> None:
    clock = SandboxClock(datetime.now(UTC), frozen=True)
    scenario = volume_scenario(_ORDERS, clock=clock, plan="plus")
    platforms, prefix = scenario.platforms, sandbox_server.prefix()
    platforms.mount(sandbox_server.mounts, sandbox_server.running.base_url, prefix)
    settings = Settings(database_url=database_url, secret_key=new_secret_key())
    shop = FlowRunner(Runtime.open(settings, clock=clock), platforms, prefect_server)
    shop.connect("us", orders="start_from = 2020-01-01T00:00:00Z")

    ended = shop.run(sync_orders)

    assert (ended.state, ended.store()["created"]) == ("COMPLETED", _ORDERS)
    runs = prefect_server.task_runs(ended.id, last="refresh us")
    assert 10 <= len(runs) <= _MOST_FOR_TEN_THOUSAND * _ORDERS // 10_000
    shop.runtime.close()
    platforms.unmount(sandbox_server.mounts, prefix)

"""The flow backfill-orders, over each kind of database: rehearsed, cut off by a kill, and run again."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.clock import SandboxClock
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.scenario import volume_scenario
from connector.settings import Settings
from flows.backfill_orders import backfill_orders
from tests.flows.conftest import UNDER_PREFECT, FlowRunner
from tests.platforms import SandboxServer
from tests.prefect_server import PrefectServer, eventually

pytestmark = UNDER_PREFECT

_ORDERS = 1150
_READ_BEFORE_THE_CUT = 1000
"""The cursor stands at the first order of the last page that was committed, the eleventh."""
_LOOKS = 3
"""An order whose create was under way at the kill is looked for twice before it is made again."""
_READ_AGAIN = 300
"""Orders of the ten minutes by which a window that is opened again reaches back, two seconds apart."""


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(shop: FlowRunner) -> None:
    before_the_connection = shop.now - timedelta(days=50)
    old = shop.us.place(created_at=before_the_connection)
    shop.us.place("CAP-RED", created_at=before_the_connection)
    shop.wait(hours=3)
    span = {"start": before_the_connection - timedelta(days=1), "end": shop.now}
    ledger, requests = shop.ledger(counters=True), shop.at_platforms()

    rehearsed = shop.run(backfill_orders, **span, dry_run=True)

    told = rehearsed.store()
    assert (rehearsed.state, told["found"], told["new"]) == ("COMPLETED", 2, 2)
    assert (shop.ledger(counters=True), shop.at_platforms()) == (ledger, requests)

    done = shop.run(backfill_orders, **span, stores=["us"])
    assert (done.state, done.store()["created"], done.store()["blocked"]) == ("COMPLETED", 1, 1)
    assert shop.on_shopify(old).source_identifier == old
    (figures,) = shop.server.post(
        "/artifacts/filter",
        artifacts={"flow_run_id": {"any_": [str(done.id)]}, "key": {"any_": ["backfill-orders"]}},
    )
    assert json.loads(figures["data"])[0]["created"] == 1

    ledger, requests = shop.ledger(), shop.at_platforms()
    again = shop.run(backfill_orders, **span)
    assert (again.state, again.store()["created"], again.store()["updated"]) == ("COMPLETED", 0, 0)
    assert (shop.ledger(), shop.at_platforms()) == (ledger, requests)


def test_a_killed_backfill_goes_on_where_it_was(
    database_url: str, sandbox_server: SandboxServer, prefect_server: PrefectServer, tmp_path: Path
) -> None:
    """The process is killed while it waits for TikTok's twelfth page and creates what the first ten held."""
    clock = SandboxClock(datetime.now(UTC))
    scenario = volume_scenario(_ORDERS, clock=clock, plan="plus")
    platforms, prefix = scenario.platforms, sandbox_server.prefix()
    platforms.mount(sandbox_server.mounts, sandbox_server.running.base_url, prefix)
    settings = Settings(database_url=database_url, secret_key=new_secret_key())
    shop = FlowRunner(Runtime.open(settings, clock=clock), platforms, prefect_server)
    shop.connect("us")
    shop.catalog("us")
    start, end = scenario.start_from, clock.now()
    platforms.tiktok_faults.add(
        "order.search", Fault(FaultKind.HANG), nth=platforms.tiktok_faults.requests("order.search") + 12
    )

    killed = _killed_when_half_done(shop, settings, start, end, tmp_path)

    assert killed == -signal.SIGKILL
    made_before = len(shop.us.shopify.orders)
    assert 0 < made_before < _ORDERS
    platforms.tiktok_faults.clear()
    shop.wait(minutes=5)
    ended = shop.run(backfill_orders, start=start, end=end)
    assert ended.state == "COMPLETED"
    assert 0 < ended.store()["found"] <= _ORDERS - _READ_BEFORE_THE_CUT + _READ_AGAIN
    for _ in range(_LOOKS):
        if ended.store()["waiting"]:
            shop.wait(minutes=5)
            ended = shop.run(backfill_orders, start=start, end=end)
    assert (len(shop.us.shopify.orders), shop.us.shopify.duplicates()) == (_ORDERS, {})
    compared = shop.reconcile()
    assert (compared.matched, compared.ok) == (_ORDERS, True)
    shop.runtime.close()
    platforms.unmount(sandbox_server.mounts, prefix)


def _killed_when_half_done(
    shop: FlowRunner, settings: Settings, start: datetime, end: datetime, folder: Path
) -> int:
    """Start the command as a user does, and kill it as soon as some orders are on Shopify."""
    secrets = {
        "CONNECTOR_DATABASE_URL": settings.database_url,
        "CONNECTOR_SECRET_KEY": settings.secret_key or "",
    }
    window = ("--from", start.isoformat(), "--to", end.isoformat())
    process = subprocess.Popen(
        [sys.executable, "-m", "connector.cli", "backfill", *window],
        env={**os.environ, **shop.server.environment, **secrets},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: len(shop.us.shopify.orders) >= 50, "fifty orders are on Shopify")
    finally:
        process.kill()
    return process.wait(timeout=30)

"""The deployments as a merchant's engineer makes them: deployed by the command, run by a worker process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.clock import SandboxClock
from connector.sandbox.platforms import Platforms
from connector.settings import Settings
from tests.flows.conftest import UNDER_PREFECT, FlowRunner
from tests.flows.privacy import betrayed
from tests.platforms import SandboxServer
from tests.prefect_server import DEPLOYMENTS, PrefectServer, eventually

pytestmark = UNDER_PREFECT

_SCHEDULES: dict[str, tuple[str, dict[str, Any]]] = {
    "sync-orders": ("every-minute", {"interval": 60.0}),
    "complete-orders": ("daily", {"cron": "20 4 * * *"}),
    "refresh-catalog": ("hourly", {"cron": "40 * * * *"}),
    "reconcile-orders": ("nightly", {"cron": "10 3 * * *"}),
}
_STORES = {"type": ["array", "null"], "items": {"type": "string"}}
_INSTANT, _PERHAPS = (
    {"type": "string", "format": "date-time"},
    {"type": ["string", "null"], "format": "date-time"},
)
_FORMS: dict[str, dict[str, dict[str, Any]]] = {
    "sync-orders": {"stores": _STORES},
    "complete-orders": {"stores": _STORES, "as_of": _PERHAPS},
    "refresh-catalog": {"stores": _STORES},
    "reconcile-orders": {"start": _PERHAPS, "end": _PERHAPS, "stores": _STORES},
    "backfill-orders": {
        "start": _INSTANT,
        "end": _INSTANT,
        "stores": _STORES,
        "dry_run": {"type": "boolean"},
    },
}


@pytest.fixture(scope="module")
def deployed(prefect_server: PrefectServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The five deployments as the server gives them back; no schedule starts them here."""
    commands = str(Path(sys.executable).parent)
    folder = tmp_path_factory.mktemp("deploying")
    ran = subprocess.run(
        [DEPLOYMENTS / "deploy.sh"],
        env={
            **prefect_server.environment,
            "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}",
            "CONNECTOR_DATABASE_URL": f"sqlite:///{folder / 'connector.db'}",
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = {each["name"]: each for each in prefect_server.post("/deployments/filter")}
    for each in found.values():
        prefect_server.http.patch(f"/deployments/{each['id']}", json={"paused": True}).raise_for_status()
    return found


def test_deployments_come_back_with_schedules_limits_and_a_form(deployed: dict[str, Any]) -> None:
    assert set(deployed) == set(_FORMS)
    for name, each in deployed.items():
        assert (each["work_pool_name"], each["pull_steps"] or []) == ("connector", [])
        assert each["enforce_parameter_schema"] is True
        assert each["description"]
        assert each["global_concurrency_limit"]["limit"] == 1
        strategy = each["concurrency_options"]["collision_strategy"]
        assert strategy == ("ENQUEUE" if name == "backfill-orders" else "CANCEL_NEW")
        _check_schedules(name, each["schedules"])
        _check_form(name, each["parameter_openapi_schema"])


def test_dead_runs_are_ended(deployed: dict[str, Any], prefect_server: PrefectServer) -> None:
    (automation,) = prefect_server.post("/automations/filter")
    assert (automation["name"], automation["enabled"]) == ("connector-end-dead-runs", True)
    assert [action["state"] for action in automation["actions"]] == ["CRASHED"]


def _check_schedules(name: str, schedules: list[dict[str, Any]]) -> None:
    expected = [_SCHEDULES[name]] if name in _SCHEDULES else []
    assert [each["slug"] for each in schedules] == [slug for slug, _ in expected]
    for each, (_, schedule) in zip(schedules, expected, strict=True):
        assert each["active"] is True
        assert schedule.items() <= each["schedule"].items()
        assert each["schedule"]["timezone"] == "UTC"


def _check_form(name: str, schema: dict[str, Any]) -> None:
    assert {word: _shape(field) for word, field in schema["properties"].items()} == _FORMS[name]
    assert schema.get("required", []) == (["start", "end"] if name == "backfill-orders" else [])
    for word, field in schema["properties"].items():
        assert field["title"].replace(" ", "_").lower() in (word, "from", "to")
        assert field["description"].endswith(".")


def _shape(field: dict[str, Any]) -> dict[str, Any]:
    """A parameter's type, with `anyOf` a type and null told as a list of types."""
    choices = field.get("anyOf", [field])
    types = [choice["type"] for choice in choices]
    told = {key: value for choice in choices for key, value in choice.items() if key in ("items", "format")}
    return {"type": types[0] if len(types) == 1 else types, **told}


def test_a_worker_runs_each_deployment(
    deployed: dict[str, Any],
    prefect_server: PrefectServer,
    sandbox_server: SandboxServer,
    sqlite_url: str,
    tmp_path: Path,
) -> None:
    """The worker is started in a folder that has nothing to do with the project."""
    platforms, prefix = Platforms(SandboxClock()), sandbox_server.prefix()
    platforms.mount(sandbox_server.mounts, sandbox_server.running.base_url, prefix)
    settings = Settings(database_url=sqlite_url, secret_key=new_secret_key())
    shop = FlowRunner(Runtime.open(settings, clock=platforms.clock), platforms, prefect_server)
    shop.connect("us", orders="start_from = 2026-01-01T00:00:00Z")
    order_id = shop.us.place()
    span = {"start": (shop.now - timedelta(days=1)).isoformat(), "end": shop.now.isoformat()}
    given: dict[str, dict[str, Any]] = {
        "backfill-orders": {**span, "stores": ["us"]},
        "complete-orders": {"as_of": span["end"]},
    }

    with _worker(shop, tmp_path):
        together = sorted(set(deployed) - {"reconcile-orders"})
        for run in [_start(shop, deployed[name], given.get(name, {})) for name in together]:
            _check_end(shop, run)
        _check_end(shop, _start(shop, deployed["reconcile-orders"], {}))

    assert shop.on_shopify(order_id).source_identifier == order_id
    assert betrayed(shop) == []
    shop.runtime.close()
    platforms.unmount(sandbox_server.mounts, prefix)


def _start(shop: FlowRunner, deployment: dict[str, Any], parameters: dict[str, Any]) -> str:
    run = shop.server.post(f"/deployments/{deployment['id']}/create_flow_run", parameters=parameters)
    return str(run["id"])


def _check_end(shop: FlowRunner, run_id: str) -> None:
    """A run ends well; of one that does not, its log is shown."""

    def ended() -> dict[str, Any] | None:
        state: dict[str, Any] = shop.server.get(f"/flow_runs/{run_id}")["state"]
        return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    state = eventually(ended, f"flow run {run_id} ends")
    lines = shop.server.post("/logs/filter", logs={"flow_run_id": {"any_": [run_id]}}, limit=200)
    assert state["type"] == "COMPLETED", json.dumps([state["message"], *(line["message"] for line in lines)])


@contextmanager
def _worker(shop: FlowRunner, folder: Path) -> Iterator[None]:
    settings = shop.runtime.settings
    own = {
        "CONNECTOR_DATABASE_URL": settings.database_url,
        "CONNECTOR_SECRET_KEY": settings.secret_key or "",
        "PREFECT_WORKER_QUERY_SECONDS": "1",
    }
    log = folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "worker", "start", "--pool", "connector", "--type", "process"],
            env={**shop.server.environment, **own},
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)

"""`python -m connector.sandbox`: a process that others steer over HTTP."""

import json
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from connector.sandbox.__main__ import main
from connector.sandbox.control import Control
from connector.sandbox.exchange import PlatformApp
from connector.sandbox.scenario import empty_scenario
from connector.sandbox.server import Mounts, serve


@pytest.fixture
def control() -> Iterator[tuple[Control, httpx.Client]]:
    scenario, mounts = empty_scenario(), Mounts()
    server = serve(mounts)
    scenario.platforms.mount(mounts, server.base_url)
    steered = Control(scenario)
    mounts.mount("/_sandbox", PlatformApp(steered))
    with httpx.Client(base_url=server.base_url) as client:
        yield steered, client
    server.stop()


def test_stores_time_and_report(control: tuple[Control, httpx.Client]) -> None:
    _, client = control
    assert client.get("/_sandbox/stores").json() == {"stores": ["uk", "us"]}
    store = tomllib.loads(client.get("/_sandbox/stores/uk").text)
    assert store["shopify"]["base_url"].endswith("/shopify/uk")
    assert client.post("/_sandbox/tick", params={"hours": "3"}).json()["changes"] >= 0
    report = client.get("/_sandbox/report").json()
    assert report["pairs"]["us"] == {"tiktok_orders": 3, "shopify_orders": 0, "duplicates": []}


def test_faults_and_latency(control: tuple[Control, httpx.Client]) -> None:
    steered, client = control
    rule = {"operation": "token.refresh", "kind": "status", "status": 502, "times": 1}
    client.post(
        "/_sandbox/faults", params={"platform": "tiktok"}, content=json.dumps(rule)
    ).raise_for_status()
    client.post("/_sandbox/latency", params={"seconds": "0.01"}).raise_for_status()
    assert steered.plans()["us"].latency == 0.01
    assert client.get("/tiktok/api/v2/token/refresh").status_code == 502
    assert client.get("/_sandbox/report").json()["faults"]["tiktok"] == 1
    client.delete("/_sandbox/faults").raise_for_status()
    assert client.get("/tiktok/api/v2/token/refresh").status_code == 400
    assert steered.plans()["us"].latency == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/stores/none", 400),
        ("POST", "/tick?hours=x", 400),
        ("POST", "/tick", 400),
        ("GET", "/what", 404),
    ],
)
def test_what_does_not_fit(
    control: tuple[Control, httpx.Client], method: str, path: str, status: int
) -> None:
    assert control[1].request(method, "/_sandbox" + path).status_code == status


def test_a_process_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "connector.sandbox", "--scenario", "volume", "--orders", "20"]
    with subprocess.Popen([*command, "--store-files", str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        greeting = json.loads(process.stdout.readline())
        text = httpx.get(greeting["store_files"]["us"]).text
        assert (tmp_path / "us.toml").read_text("utf-8") == text
        assert main(["--port", greeting["base_url"].rpartition(":")[2], "--scenario", "empty"]) == 2
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0

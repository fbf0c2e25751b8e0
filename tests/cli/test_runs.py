"""Runs as a user starts them, each a process of its own, against the sandbox."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connector.sandbox.platforms import Platforms
from tests.cli.conftest import Connector

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("command")]


@pytest.fixture(scope="module")
def prefect_server() -> Iterator[str]:
    """The address of a Prefect server of this module's own."""
    from prefect.settings import PREFECT_API_URL
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield PREFECT_API_URL.value() or ""


def _command(folder: Path, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.run(
        [sys.executable, "-m", "connector.cli", *words],
        env={**environment, **settings},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_sync_prints_one_document_and_one_line_per_store_that_failed(
    connector: Connector, platforms: Platforms, prefect_server: str, tmp_path: Path
) -> None:
    platforms.pairs["uk"].place("TEE-BLK-M")
    for name in platforms.pairs:
        text = platforms.store_file(name, orders="start_from = 2026-01-01T00:00:00Z")
        gone = text.replace(platforms.shopify_url("us"), "http://127.0.0.1:1")
        (tmp_path / f"{name}.toml").write_text(gone, encoding="utf-8")
        check = ("--no-check",) if name == "us" else ()
        assert connector("store", "add", "--file", str(tmp_path / f"{name}.toml"), *check).status == 0
    ran = _command(tmp_path, "sync", "--json", PREFECT_API_URL=prefect_server)
    assert ran.returncode == 1
    by_store = {store["store"]: store for store in json.loads(ran.stdout)["stores"]}
    assert (by_store["uk"]["ok"], by_store["uk"]["created"]) == (True, 1)
    assert by_store["us"]["ok"] is False
    assert ran.stderr.splitlines() == [f"connector: us: {by_store['us']['error']}"]

    again = _command(tmp_path, "sync", "--store", "uk", "--json", PREFECT_API_URL=prefect_server)
    assert again.returncode == 0
    assert json.loads(again.stdout)["stores"][0]["created"] == 0
    assert len(platforms.pairs["uk"].shopify.orders) == 1

    now = platforms.clock.now()
    window = ("--from", (now - timedelta(days=1)).isoformat(), "--to", (now + timedelta(hours=1)).isoformat())
    compared = _command(
        tmp_path, "reconcile", *window, "--store", "uk", "--json", PREFECT_API_URL=prefect_server
    )
    assert compared.returncode == 0
    assert json.loads(compared.stdout)["stores"][0]["matched"] == 1


def test_the_demo_is_a_picture_of_the_product(tmp_path: Path) -> None:
    ran = _command(tmp_path, "demo", "--once", PREFECT_HOME=str(tmp_path / "prefect"))
    assert ran.returncode == 0
    assert ran.stderr == ""
    for words in (
        "Connected uk and us",
        "All 4",
        "sku_unmatched: ",
        "What to do: Map the SKU to a Shopify variant",
        "No Shopify variant was found for a SKU of the order",
        "completed",
        "Every order is where it belongs, exactly once.",
        "connector orders list --state blocked",
    ):
        assert words in ran.stdout
    assert (tmp_path / "connector-demo" / "demo.db").exists()

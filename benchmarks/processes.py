"""Runs the two things that are compared, each in a process of its own against platforms in another."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import sandbox
from benchmarks.sandbox import UNMETERED


@dataclass(frozen=True, slots=True)
class Measured:
    """What one process did: its own figures, and what the platforms say of it."""

    figures: dict[str, Any]
    platforms: dict[str, Any]
    sandbox_seconds: float
    """Processor time the platforms used meanwhile."""

    @property
    def run(self) -> dict[str, Any]:
        """The figures of the first sync."""
        first: dict[str, Any] = self.figures["runs"][0]
        return first


def plain_script(
    orders: int, *, latency: float = 0.0, of: int | None = None, plan: str = UNMETERED
) -> dict[str, Any]:
    """The figures of the plain script over so many orders, of a shop that may hold more (`of`)."""
    with (
        own_folder() as folder,
        sandbox.running(folder, orders=of or orders, plan=plan, latency=latency) as at,
    ):
        command = ["-m", "benchmarks.baseline_script", "--store-file", str(at.store_file)]
        figures = _figures([*command, "--orders", str(orders)], {})
    if figures["created"] != orders:
        raise RuntimeError(f"the plain script made {figures['created']} of {orders} orders")
    return figures


@contextmanager
def connector(
    orders: int,
    *,
    latency: float = 0.0,
    plan: str = UNMETERED,
    database_url: str | None = None,
    runs: int = 1,
) -> Iterator[tuple[Measured, dict[str, str]]]:
    """What the connector did with so many orders, and the environment its ledger is reached with."""
    with own_folder() as folder:
        environment = own_environment(folder, database_url)
        with sandbox.running(folder, orders=orders, plan=plan, latency=latency) as at:
            command = ["-m", "benchmarks.connector_run", "--store-file", str(at.store_file)]
            before = at.report()
            figures = _figures([*command, "--runs", str(runs)], environment)
            after = at.report()
        measured = Measured(figures, after, after["cpu_seconds"] - before["cpu_seconds"])
        _verify(measured, orders)
        yield measured, environment


def _verify(measured: Measured, orders: int) -> None:
    """A fast run that left something out would be worth nothing."""
    pair = measured.platforms["pairs"][sandbox.PAIR]
    run = measured.run
    if run["error"] or run["created"] != orders or pair["shopify_orders"] != orders or pair["duplicates"]:
        raise RuntimeError(f"of {orders} orders {run['created']} were created: {run['error']}; {pair}")


def _figures(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, *command], env={**inherited(), **environment}, stdout=subprocess.PIPE, check=True
    )
    figures: dict[str, Any] = json.loads(ended.stdout)
    return figures


def inherited() -> dict[str, str]:
    """This process's environment but for the Prefect server of whoever runs the benchmark."""
    return {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}


def own_environment(folder: Path, database_url: str | None) -> dict[str, str]:
    """Nothing of the benchmark touches the ledger or the Prefect home of whoever runs it."""
    environment = {
        "CONNECTOR_DATABASE_URL": database_url or f"sqlite:///{folder / 'connector.db'}",
        "PREFECT_HOME": str(folder / "prefect"),
    }
    if database_url is not None:
        from connector.ledger.secrets import new_secret_key

        environment["CONNECTOR_SECRET_KEY"] = new_secret_key()
    return environment


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="connector-benchmark-") as name:
        yield Path(name)

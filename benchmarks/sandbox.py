"""The sandbox platforms in a process of their own, so that what they cost can be told apart."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PAIR = "us"
UNMETERED = "unmetered"
"""A Shopify plan whose bucket is never the limit."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """Running platforms with one store pair."""

    base_url: str
    store_file: Path

    def report(self) -> dict[str, Any]:
        """What the platforms hold, were asked and have used of the processor so far."""
        report: dict[str, Any] = httpx.get(f"{self.base_url}/_sandbox/report", timeout=120).json()
        return report


@contextmanager
def running(folder: Path, *, orders: int, plan: str = UNMETERED, latency: float = 0.0) -> Iterator[Sandbox]:
    """Platforms with so many plain orders, every answer `latency` seconds late; they end with the block."""
    command = [sys.executable, "-m", "connector.sandbox", "--scenario", "volume", "--orders", str(orders)]
    options = ["--plan", plan, "--latency", str(latency), "--store-files", str(folder)]
    with subprocess.Popen([*command, *options], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            greeting = json.loads(process.stdout.readline())
            yield Sandbox(greeting["base_url"], folder / f"{PAIR}.toml")
        finally:
            process.terminate()

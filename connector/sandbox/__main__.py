"""Runs both platforms in a process of their own: `python -m connector.sandbox --port 8900 --scenario demo`.

The first line on standard output is JSON: the address, and where each pair's store file is. It ends on SIGINT
and SIGTERM.
"""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from connector.sandbox.control import Control
from connector.sandbox.exchange import PlatformApp
from connector.sandbox.platforms import Platforms
from connector.sandbox.scenario import Scenario, demo_scenario, empty_scenario, volume_scenario
from connector.sandbox.server import Mounts, serve
from connector.sandbox.shopify.throttle import PLAN_POINTS


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; exit status 2 when the port is taken."""
    asked = _parser().parse_args(arguments)
    scenario = _scenario(asked)
    mounts = Mounts()
    try:
        server = serve(mounts, asked.port)
    except OSError as error:
        sys.stderr.write(f"Port {asked.port} cannot be used: {error.strerror}\n")
        return 2
    control = Control(scenario)
    scenario.platforms.mount(mounts, server.base_url)
    mounts.mount("/_sandbox", PlatformApp(control))
    for plan in control.plans().values():
        plan.latency = asked.latency
    if asked.store_files:
        _write_store_files(scenario, Path(asked.store_files))
    sys.stdout.write(json.dumps(_greeting(scenario.platforms, server.base_url)) + "\n")
    sys.stdout.flush()
    _wait_for_signal()
    server.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m connector.sandbox", description="The sandbox platforms.")
    parser.add_argument("--port", type=int, default=0, help="port on loopback; 0 takes a free one")
    parser.add_argument("--scenario", choices=("demo", "volume", "empty"), default="demo")
    parser.add_argument("--orders", type=int, default=10_000, help="orders per shop of the volume scenario")
    parser.add_argument("--stores", type=int, choices=(1, 2), default=1, help="pairs of the volume scenario")
    parser.add_argument(
        "--plan", choices=sorted(PLAN_POINTS), default="standard", help="Shopify plan (volume)"
    )
    parser.add_argument("--latency", type=float, default=0.0, help="seconds added to every answer")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--store-files", default="", help="folder to write the pairs' store files to")
    return parser


def _scenario(asked: argparse.Namespace) -> Scenario:
    if asked.scenario == "demo":
        return demo_scenario(seed=asked.seed)
    pairs = (("us", "US"), ("uk", "GB"))[: asked.stores]
    if asked.scenario == "empty":
        return empty_scenario(seed=asked.seed, plan=asked.plan, pairs=pairs)
    return volume_scenario(asked.orders, seed=asked.seed, plan=asked.plan, pairs=pairs)


def _greeting(platforms: Platforms, base_url: str) -> dict[str, object]:
    files = {name: f"{base_url}/_sandbox/stores/{name}" for name in platforms.pairs}
    return {"base_url": base_url, "store_files": files}


def _write_store_files(scenario: Scenario, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in scenario.platforms.pairs:
        (folder / f"{name}.toml").write_text(scenario.store_file(name), "utf-8")


def _wait_for_signal() -> None:
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopped.set())
    stopped.wait()


if __name__ == "__main__":
    raise SystemExit(main())

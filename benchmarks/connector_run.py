"""The connector at work in a process of its own: connect, load the catalogue, sync, and say what it took.

Everything that is paid once per process (imports, Prefect's server, the catalogue) is done before the clock
starts and told apart as `startup_seconds`. Prints its figures as JSON.
"""

import argparse
import asyncio
import json
import resource
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from connector.cli.flow_runs import run_flow
from connector.ledger import stores
from connector.runtime import Runtime
from connector.sandbox.clock import SandboxClock
from connector.services.connect import connect_store
from connector.settings import Settings
from connector.store_file import StoreFile, read_store_file

_KILOBYTES_PER_UNIT = 1 if sys.platform == "linux" else 1 / 1024


class Memory:
    """The highest resident memory of this process so far, noted once a second while a run lasts."""

    def __init__(self) -> None:
        self.peaks: list[float] = []
        self._ended = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Memory":
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watching.join()
        self.peaks.append(_peak_megabytes())

    def _watch(self) -> None:
        while not self._ended.wait(1.0):
            self.peaks.append(_peak_megabytes())


def main() -> int:
    """Sync the pair in `--store-file` `--runs` times into the database of the environment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store-file", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=1)
    asked = parser.parse_args()
    began = time.monotonic()
    _connect(read_store_file(str(asked.store_file)))
    run_flow("refresh_catalog", stores=None)
    _warm_up()
    _synced_until_now()
    startup = time.monotonic() - began
    runs = [_measured_sync() for _ in range(asked.runs)]
    figures = {"startup_seconds": startup, "runs": runs, "task_runs": asyncio.run(_task_runs("sync-orders"))}
    sys.stdout.write(json.dumps(figures) + "\n")
    return 0


def _connect(store_file: StoreFile) -> None:
    """Connect the store as if that had been done before its first order: no order is in doubt then."""
    started = store_file.orders.start_from or datetime.now(UTC)
    runtime = Runtime.open(Settings(), clock=SandboxClock(started))
    asyncio.run(connect_store(runtime, store_file, check=False))
    runtime.close()


def _synced_until_now() -> None:
    """Leave the store as a sync would that ended just now, before the first order: after a silence every
    order would be looked up first."""
    runtime = Runtime.open(Settings())
    for store in runtime.active_stores():
        runtime.database.call(
            stores.mark_alive,
            store_id=store.id,
            now=runtime.clock.now(),
            complete_up_to=store.start_from,
        )
    runtime.close()


def _warm_up() -> None:
    from connector.quality.validate import validate_batch

    validate_batch([(1, {})])


def _measured_sync() -> dict[str, Any]:
    """One run of the flow; its store's figures with the time, processor and memory it took."""
    with Memory() as memory:
        began, processor_before = time.monotonic(), time.process_time()
        document = run_flow("sync_orders", stores=None)
        seconds, processor = time.monotonic() - began, time.process_time() - processor_before
    figures: dict[str, Any] = {**document["stores"][0], "seconds": seconds, "cpu_seconds": processor}
    return {**figures, "memory_megabytes": [round(peak) for peak in memory.peaks]}


async def _task_runs(flow: str) -> int:
    """How many task runs of the flow Prefect has on record."""
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        answer = await client.request("POST", "/task_runs/count", json={"flows": {"name": {"any_": [flow]}}})
        return int(answer.json())


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _KILOBYTES_PER_UNIT / 1024


if __name__ == "__main__":
    raise SystemExit(main())

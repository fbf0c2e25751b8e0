"""`connector reconcile` in a process of its own; prints its document and what it took as JSON.

TikTok is asked as fast as it answers: at the connector's pace a million orders would take a quarter of an
hour, in which nothing else could be seen.
"""

import argparse
import json
import sys
import time
from datetime import datetime

from benchmarks.connector_run import Memory
from connector.cli.flow_runs import run_flow
from connector.tiktok import throttle

_UNPACED = 10_000.0
"""Requests a second."""


def main() -> int:
    """Compare the stores of the environment's database from `--start` to `--end`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--start", type=datetime.fromisoformat, required=True)
    parser.add_argument("--end", type=datetime.fromisoformat, required=True)
    asked = parser.parse_args()
    throttle.MAX_RATE = _UNPACED
    with Memory() as memory:
        began, processor_before = time.monotonic(), time.process_time()
        document = run_flow("reconcile_orders", start=asked.start, end=asked.end, stores=None)
        seconds, processor = time.monotonic() - began, time.process_time() - processor_before
    figures = {"seconds": seconds, "cpu_seconds": processor, "memory_megabytes": max(memory.peaks)}
    sys.stdout.write(json.dumps({"document": document, **figures}) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

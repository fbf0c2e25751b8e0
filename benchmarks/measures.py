"""The measurements, each giving its figures; what is compared is measured in the same run."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from statistics import median

from benchmarks import postgres, sandbox
from benchmarks.console import console
from benchmarks.figures import Figure
from benchmarks.processes import Measured, connector, plain_script
from benchmarks.realtime import realtime
from benchmarks.reconcile import reconcile
from benchmarks.sizes import Sizes

_LATENCY = 0.25
_LISTINGS = 5
_FEW = 50
"""Orders of a shop in which everything recent fits on one page."""


def throughput(sizes: Sizes, server_url: str | None) -> Iterator[Figure]:
    """Against platforms that answer at once, beside the plain script; and Prefect's task runs."""
    about = f"{sizes.orders:,} orders, no latency"
    script = sizes.orders / plain_script(sizes.orders)["seconds"]
    yield Figure(about, "plain script", script, "orders/s")
    with connector(sizes.orders) as (measured, _):
        yield from _beside(about, "SQLite", measured, sizes.orders, script, 0.6)
        yield Figure(about, "Prefect task runs", measured.figures["task_runs"], "", 300, "at most")
        yield Figure(about, "before the first order", measured.figures["startup_seconds"], "s")
    with postgres.database(server_url) as url:
        if url is None:
            return
        with connector(sizes.orders, database_url=url) as (measured, _):
            yield from _beside(about, "PostgreSQL", measured, sizes.orders, script, 0.6)


def latency(sizes: Sizes, _server_url: str | None) -> Iterator[Figure]:
    """The same with 250 ms before every answer."""
    about = f"{sizes.orders:,} orders, {_LATENCY * 1000:.0f} ms before every answer"
    counted = sizes.scripted_with_latency
    figures = plain_script(counted, latency=_LATENCY, of=sizes.orders)
    script = counted / figures["seconds"]
    yield Figure(about, "plain script", script, "orders/s", note=f"measured on {counted} orders")
    with connector(sizes.orders, latency=_LATENCY) as (measured, _):
        yield from _beside(about, "SQLite", measured, sizes.orders, script, 30)


def bucket(sizes: Sizes, _server_url: str | None) -> Iterator[Figure]:
    """Within the points of a Plus store: how much of what it allows is used, and how often it says no."""
    about = f"{sizes.orders:,} orders, Plus plan"
    with connector(sizes.orders, plan="plus") as (measured, _):
        held = measured.platforms["buckets"][sandbox.PAIR]
        points = measured.run["shopify_points"] / sizes.orders
        allowed = (held["maximum"] + held["restore_rate"] * measured.run["seconds"]) / points
        answers = measured.run["shopify_calls"]
    used = min(1.0, sizes.orders / allowed) * 100
    yield Figure(about, "creates of those the bucket allows", used, "%", 95, note="the whole run's time")
    yield Figure(about, "throttled answers", held["throttled"] / answers * 100, "%", 1, "at most")
    yield Figure(about, "points per order, all included", points, "points", 12, "at most")
    yield Figure(about, "rate", sizes.orders / measured.run["seconds"], "orders/s")


def volume(sizes: Sizes, _server_url: str | None) -> Iterator[Figure]:
    """Ten times as many orders: time and memory per order, and listing them afterwards."""
    about = f"{sizes.many:,} orders"
    with connector(sizes.orders) as (few, _):
        of_few = few.run["seconds"] / sizes.orders * 1000
    with connector(sizes.many) as (many, environment):
        of_many = many.run["seconds"] / sizes.many * 1000
        yield Figure(about, f"time per order of {sizes.orders:,}", of_few, "ms")
        yield Figure(about, "time per order", of_many, "ms")
        yield Figure(about, "time per order, in relation", of_many / of_few, "times", 1.2, "at most")
        peaks = many.run["memory_megabytes"]
        yield Figure(about, "peak memory", peaks[-1], "MB", 450, "at most")
        later = peaks[-1] / peaks[len(peaks) // 3]
        yield Figure(about, "peak memory over that of the first third", later, "times", 1.1, "at most")
        seconds = _listing_seconds(environment)
        yield Figure(about, "connector orders list, start-up included", seconds, "s", 1, "at most")


def idle(_sizes: Sizes, _server_url: str | None) -> Iterator[Figure]:
    """A sync that finds nothing new."""
    with connector(_FEW, runs=2) as (measured, _):
        again = measured.figures["runs"][1]
        if again["new"] or again["updated"] or again["created"]:
            raise RuntimeError("the second sync found something new")
    calls = again["tiktok_calls"] + again["shopify_calls"]
    yield Figure("nothing new", "calls per store", calls, "calls", 3, "at most")
    yield Figure("nothing new", "seconds", again["seconds"], "s")


def _beside(
    about: str, where: str, measured: Measured, orders: int, script: float, target: float
) -> Iterator[Figure]:
    rate = orders / measured.run["seconds"]
    own = measured.run["cpu_seconds"] / orders * 1000
    platforms = measured.sandbox_seconds / orders * 1000
    yield Figure(about, f"connector, {where}", rate, "orders/s")
    yield Figure(about, f"connector, {where}, beside the script", rate / script, "times", target)
    yield Figure(about, f"its processor time, {where}", own, "ms/order")
    yield Figure(about, "the sandbox's processor time", platforms, "ms/order")


def _listing_seconds(environment: Mapping[str, str]) -> float:
    """The median of some; each is a process of its own."""
    command = [sys.executable, "-m", "connector.cli", "orders", "list", "--json"]
    return median(_seconds(command, environment) for _ in range(_LISTINGS))


def _seconds(command: list[str], environment: Mapping[str, str]) -> float:
    began = time.monotonic()
    subprocess.run(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


MEASURES = {
    "throughput": throughput,
    "latency": latency,
    "bucket": bucket,
    "volume": volume,
    "idle": idle,
    "console": console,
    "realtime": realtime,
    "reconcile": reconcile,
}

"""Comparing TikTok, the ledger and Shopify over very many orders: memory, time, and what is found."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import delete, insert, update

from benchmarks.figures import Figure
from benchmarks.full_shop import PAIR, damaged, strangers
from benchmarks.sizes import Sizes
from connector.ledger.tables import ORDERS
from connector.runtime import Runtime
from connector.services.connect import connect_store
from connector.settings import Settings
from connector.store_file import read_store_file

_TIMES = 10
_CHUNK = 5_000
_SPACING = timedelta(seconds=2)
"""Between two orders of the volume scenario."""


def reconcile(sizes: Sizes, _server_url: str | None) -> Iterator[Figure]:
    """A shop in which nothing is amiss, one ten times as large, and that one damaged in every way."""
    few, many = sizes.many, sizes.many * _TIMES
    with _full_shop(few) as shop:
        small = shop.compare()
        _expect(small, few, {})
    with _full_shop(many) as shop:
        large = shop.compare()
        _expect(large, many, {})
        found = shop.compare_damaged()
    about = f"{many:,} orders on each side"
    yield Figure(about, f"peak memory of {few:,} orders", small["memory_megabytes"], "MB")
    yield Figure(about, "peak memory", large["memory_megabytes"], "MB")
    growth = large["memory_megabytes"] / small["memory_megabytes"]
    yield Figure(about, f"peak memory over that of {few:,}", growth, "times", 1.15, "at most")
    yield Figure(about, "differences found", 0, "", 0, "at most")
    yield Figure(about, "seconds", large["seconds"], "s")
    yield Figure(about, "processor time", large["cpu_seconds"] / many * 1000, "ms/order")
    yield Figure(about, "damaged in each of five ways, exactly found", found["each"], "orders")
    yield Figure(about, "peak memory with the damage", found["memory_megabytes"], "MB")


@dataclass(frozen=True, slots=True)
class _Shop:
    """Platforms and a ledger that hold the same orders."""

    platforms: "subprocess.Popen[str]"
    environment: Mapping[str, str]
    greeting: Mapping[str, Any]
    orders: int

    @property
    def began(self) -> datetime:
        """When the first order was placed."""
        return datetime.fromisoformat(self.greeting["at"])

    def compare(self) -> dict[str, Any]:
        """The figures of a `connector reconcile` over all orders."""
        span = ["--start", self.began.isoformat(), "--end", (datetime.now(UTC) + _SPACING).isoformat()]
        command = [sys.executable, "-m", "benchmarks.reconcile_run", *span]
        ended = subprocess.run(
            command, env={**os.environ, **self.environment}, stdout=subprocess.PIPE, check=True
        )
        figures: dict[str, Any] = json.loads(ended.stdout)
        return figures

    def compare_damaged(self) -> dict[str, Any]:
        """The same once both sides are damaged; raises RuntimeError unless exactly the damage is found."""
        _told(self.platforms, "damage")
        ways = {
            way: sorted(self._id(number) for number in numbers)
            for way, numbers in damaged(self.orders).items()
        }
        self._forget(ways["missing_in_database"])
        unmade = ways.pop("unmade")
        self._unmake(unmade)
        figures = self.compare()
        expected = {**ways, "unexpected_on_shopify": sorted([*strangers(self.orders), *unmade])}
        _expect(figures, self.orders, expected)
        return {**figures, "each": len(unmade)}

    def fill(self) -> None:
        """The ledger's orders, as if each had been brought over."""
        with _runtime(self.environment) as runtime:
            (store,) = runtime.active_stores()
            for start in range(0, self.orders, _CHUNK):
                numbers = range(start, min(start + _CHUNK, self.orders))
                with runtime.database.engine.begin() as connection:
                    connection.execute(insert(ORDERS), [self._row(store.id, number) for number in numbers])

    def _row(self, store_id: int, number: int) -> dict[str, Any]:
        at = self.began + number * _SPACING
        base, _, first = self.greeting["id"].rpartition("/")
        return {
            "store_id": store_id,
            "tiktok_order_id": self._id(number),
            "status": "awaiting_shipment",
            "state": "created",
            "created_at": at,
            "updated_at": at,
            "first_seen_at": at,
            "total_amount": "0",
            "currency": "USD",
            "shopify_order_id": f"{base}/{int(first) + number}",
            "shopify_order_name": f"#{number + 1001}",
        }

    def _id(self, number: int) -> str:
        return str(int(self.greeting["first"]) + number)

    def _forget(self, order_ids: Sequence[str]) -> None:
        with _runtime(self.environment) as runtime, runtime.database.engine.begin() as connection:
            for start in range(0, len(order_ids), _CHUNK):
                some = order_ids[start : start + _CHUNK]
                connection.execute(delete(ORDERS).where(ORDERS.c.tiktok_order_id.in_(some)))

    def _unmake(self, order_ids: Sequence[str]) -> None:
        with _runtime(self.environment) as runtime, runtime.database.engine.begin() as connection:
            for start in range(0, len(order_ids), _CHUNK):
                chosen = ORDERS.c.tiktok_order_id.in_(order_ids[start : start + _CHUNK])
                values = {"state": "waiting", "shopify_order_id": None, "shopify_order_name": None}
                connection.execute(update(ORDERS).where(chosen).values(values))


@contextmanager
def _full_shop(orders: int) -> Iterator[_Shop]:
    with tempfile.TemporaryDirectory(prefix="connector-benchmark-") as name:
        folder = Path(name)
        environment = {
            "CONNECTOR_DATABASE_URL": f"sqlite:///{folder / 'connector.db'}",
            "PREFECT_HOME": str(folder / "prefect"),
        }
        command = [sys.executable, "-m", "benchmarks.full_shop", "--orders", str(orders)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen([*command, "--store-files", name], **pipes) as platforms:
            try:
                greeting = json.loads(_out(platforms).readline())
                with _runtime(environment) as runtime:
                    store_file = read_store_file(str(folder / f"{PAIR}.toml"))
                    asyncio.run(connect_store(runtime, store_file, check=True))
                shop = _Shop(platforms, environment, greeting, orders)
                shop.fill()
                yield shop
            finally:
                platforms.terminate()


@contextmanager
def _runtime(environment: Mapping[str, str]) -> Iterator[Runtime]:
    runtime = Runtime.open(Settings(database_url=environment["CONNECTOR_DATABASE_URL"]))
    try:
        yield runtime
    finally:
        runtime.close()


def _told(platforms: "subprocess.Popen[str]", word: str) -> None:
    assert platforms.stdin is not None
    platforms.stdin.write(f"{word}\n")
    platforms.stdin.flush()
    _out(platforms).readline()


def _out(platforms: "subprocess.Popen[str]") -> IO[str]:
    assert platforms.stdout is not None
    return platforms.stdout


def _expect(figures: Mapping[str, Any], orders: int, expected: Mapping[str, list[str]]) -> None:
    """A fast comparison that missed something would be worth nothing."""
    (row,) = figures["document"]["stores"]
    lists = {name: ids for name, ids in row.items() if isinstance(ids, list) and ids}
    wrong = [name for name in {*lists, *expected} if lists.get(name, []) != expected.get(name, [])]
    unhurt = orders - sum(len(ids) for ids in damaged(orders).values()) if expected else orders
    if row["error"] or wrong or row["tiktok"] != orders or row["matched"] != unhurt:
        counts = {name: len(ids) for name, ids in lists.items()}
        raise RuntimeError(
            f"{orders} orders: {row['error']}, wrong {wrong}, found {counts}, {row['matched']}"
        )

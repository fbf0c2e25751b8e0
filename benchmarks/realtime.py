"""How fast an order is on Shopify once TikTok has told of it: a steady trickle, then a burst.

The platforms run in this process, the receiver and a consumer in another. Webhooks are signed and posted over
HTTP; both ends of what is measured are read off the platforms' one clock.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from statistics import median, quantiles

import httpx

from benchmarks import postgres
from benchmarks.figures import Figure
from benchmarks.processes import inherited, own_environment, own_folder
from benchmarks.sandbox import PAIR, UNMETERED
from benchmarks.sizes import Sizes
from connector.sandbox.platforms import Platforms, StorePair
from connector.sandbox.tiktok.webhooks import Webhook

_A_SECOND = 5
_AT_ONCE = 20
"""Connections that a burst comes over."""
_PATIENCE = 120.0
_LONGEST = 1.0
"""Seconds from a webhook to its order at the 95th percentile."""


@dataclass(frozen=True, slots=True)
class Told:
    """An order, and when its webhook was sent."""

    order_id: str
    at: datetime
    status: int
    seconds: float
    """How long the receiver took to answer."""


def realtime(sizes: Sizes, server_url: str | None) -> Iterator[Figure]:
    """On SQLite and on PostgreSQL."""
    yield from _on("SQLite", sizes, None)
    with postgres.database(server_url) as url:
        if url is not None:
            yield from _on("PostgreSQL", sizes, url)


def _on(where: str, sizes: Sizes, database_url: str | None) -> Iterator[Figure]:
    with _served(database_url) as (pair, http):
        about = f"real time, {where}, {_A_SECOND} webhooks a second"
        yield from _trickle(about, pair, http, sizes.trickle_seconds)
        about = f"real time, {where}, a burst of {sizes.burst:,}"
        yield from _burst(about, pair, http, sizes.burst)


def _trickle(about: str, pair: StorePair, http: httpx.Client, seconds: int) -> Iterator[Figure]:
    """Webhooks in even steps, each sent when its order changes, whatever became of the one before."""
    began = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as sending:
        sent = []
        for number in range(seconds * _A_SECOND):
            time.sleep(max(0.0, began + number / _A_SECOND - time.monotonic()))
            (webhook,) = _changes(pair, 1)
            sent.append(sending.submit(_post, pair, http, webhook))
        told = [each.result() for each in sent]
    lasted = sorted(_lasted(pair, told))
    yield Figure(about, "webhook to order on Shopify, median", median(lasted), "s")
    yield Figure(
        about, "webhook to order on Shopify, 95th percentile", _ninety_fifth(lasted), "s", _LONGEST, "at most"
    )
    yield Figure(about, "webhook to order on Shopify, longest", lasted[-1], "s")
    yield Figure(about, "receiver's answer, longest", max(each.seconds for each in told), "s", 3, "at most")
    yield Figure(about, "lost", len(told) - len(lasted), "orders", 0, "at most")


def _burst(about: str, pair: StorePair, http: httpx.Client, orders: int) -> Iterator[Figure]:
    """All at once; those the receiver would have TikTok send again count as lost."""
    webhooks = _changes(pair, orders)
    with ThreadPoolExecutor(_AT_ONCE) as sending:
        told = list(sending.map(lambda webhook: _post(pair, http, webhook), webhooks))
    lasted = _lasted(pair, told)
    took = max(_made_at(pair, each) for each in told) - min(each.at for each in told)
    yield Figure(
        about, "orders a second, from the first webhook on", orders / took.total_seconds(), "orders/s"
    )
    yield Figure(about, "webhook to order on Shopify, longest", max(lasted), "s")
    yield Figure(about, "receiver's answer, longest", max(each.seconds for each in told), "s", 3, "at most")
    refused = sum(each.status != httpx.codes.OK for each in told)
    yield Figure(about, "lost", orders - len(lasted) + refused, "orders", 0, "at most")
    yield Figure(about, "on Shopify twice", len(pair.shopify.duplicates()), "orders", 0, "at most")


def _changes(pair: StorePair, orders: int) -> list[Webhook]:
    """So many orders are placed and paid; TikTok's webhooks of that."""
    outbox = pair.tiktok.outbox
    outbox.waiting.clear()
    for _ in range(orders):
        order_id = pair.place(status="UNPAID", created_at=pair.tiktok.clock.now())
        pair.tiktok.move_order(order_id, "AWAITING_SHIPMENT")
    return list(outbox.waiting)


def _post(pair: StorePair, http: httpx.Client, webhook: Webhook) -> Told:
    at, began = pair.tiktok.clock.now(), time.monotonic()
    address = pair.shop.subscriptions[webhook.event].address
    answer = http.post(address, content=webhook.body, headers={"Authorization": webhook.authorization})
    order_id = json.loads(webhook.body)["data"]["order_id"]
    return Told(order_id, at, answer.status_code, time.monotonic() - began)


def _lasted(pair: StorePair, told: Sequence[Told]) -> list[float]:
    """Seconds from each webhook to its order; those without one after a long wait are left out."""
    ends = time.monotonic() + _PATIENCE
    while any(not _is_made(pair, each) for each in told) and time.monotonic() < ends:
        time.sleep(0.1)
    return [(_made_at(pair, each) - each.at).total_seconds() for each in told if _is_made(pair, each)]


def _is_made(pair: StorePair, told: Told) -> bool:
    return bool(pair.shopify.orders_with_source(told.order_id))


def _made_at(pair: StorePair, told: Told) -> datetime:
    made = pair.shopify.orders_with_source(told.order_id)
    return made[0].created_at if made else told.at


def _ninety_fifth(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


@contextmanager
def _served(database_url: str | None) -> Iterator[tuple[StorePair, httpx.Client]]:
    """Platforms with one pair, and a connector that listens to their webhooks."""
    platforms = Platforms(pairs=((PAIR, "US"),), plan=UNMETERED)
    server = platforms.serve()
    with own_folder() as folder:
        store_file = folder / "store.toml"
        store_file.write_text(platforms.store_file(PAIR), "utf-8")
        command = [sys.executable, "-m", "benchmarks.realtime_run", "--store-file", str(store_file)]
        environment = {**inherited(), **own_environment(folder, database_url)}
        limits = httpx.Limits(max_connections=_AT_ONCE, max_keepalive_connections=_AT_ONCE)
        with (
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process,
            httpx.Client(limits=limits, timeout=10, trust_env=False) as http,
        ):
            try:
                assert process.stdout is not None
                json.loads(process.stdout.readline())
                yield platforms.pairs[PAIR], http
            finally:
                process.send_signal(signal.SIGTERM)
    server.stop()

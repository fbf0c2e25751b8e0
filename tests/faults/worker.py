"""A worker process: the connector's plain story over a shared ledger, as `connector sync` runs it.

Workers are forked from a server that has everything imported, because importing the data-quality library
takes seconds and a proof starts thousands of them.
"""

import asyncio
import logging
import multiprocessing
import os
import random
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx

from connector.errors import LedgerUnavailable
from connector.ledger.database import Database
from connector.ledger.secrets import open_box
from connector.runtime import Runtime
from connector.services.fetch import backfill_window
from connector.services.results import StoreResult
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.settings import Settings
from connector.shopify.connections import OwnConnections
from tests.faults.clocks import SharedClock
from tests.faults.death import Death, Fate, WatchedConnections

_TIMEOUT = httpx.Timeout(connect=2.0, read=3.0, write=3.0, pool=None)
"""Shorter than the connector's own, so that a hanging platform costs the proof little time."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a worker is to do; picklable."""

    database_url: str
    secret_key: str
    clock_file: Path
    log_file: Path
    seed: int
    rounds: int | None = None
    """Runs before it ends well; None: for ever."""
    backfill: tuple[datetime, datetime] | None = None
    """The window of create time to read; None: sync."""
    death: Death | None = None
    refused: float = 0.0
    """Share of its requests that meet a closed port."""


def start(orders: Orders) -> ForkServerProcess:
    """Start a worker; its exit code is 0 after its rounds, -9 when it was killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.faults.warm"])
    process = context.Process(target=work, args=(orders,), daemon=True)
    process.start()
    return process


def work(orders: Orders) -> None:
    """The worker's life."""
    _log_to(orders.log_file)
    fate, dice = Fate(orders.death), random.Random(orders.seed)

    def http() -> httpx.AsyncClient:
        connections = WatchedConnections(OwnConnections(), fate, lambda: dice.random() < orders.refused)
        return httpx.AsyncClient(timeout=_TIMEOUT, transport=connections)

    database = Database(orders.database_url)
    fate.watch_database(database.engine)
    runtime = Runtime(
        Settings(database_url=orders.database_url, secret_key=orders.secret_key),
        database,
        open_box(orders.database_url, orders.secret_key),
        SharedClock(orders.clock_file),
        http,
    )
    with asyncio.Runner(loop_factory=fate.loop) as runner:
        runner.run(_rounds(runtime, orders, dice))
    logging.info("passed %s", " ".join(f"{moment}={count}" for moment, count in fate.passed.items()))
    runtime.close()


async def _rounds(runtime: Runtime, orders: Orders, dice: random.Random) -> None:
    done = 0
    while orders.rounds is None or done < orders.rounds:
        try:
            for result in await _round(runtime, orders):
                if result.error:
                    logging.warning("%s: %s", result.store, result.error)
        except LedgerUnavailable as error:
            logging.warning("ledger: %s", error)
        done += 1
        if orders.rounds is None:
            await runtime.clock.sleep(dice.uniform(2, 20))


async def _round(runtime: Runtime, orders: Orders) -> list[StoreResult]:
    window = orders.backfill

    async def story(session: StoreSession) -> None:
        if window is None:
            await Story().sync(session)
        else:
            await Story().backfill(session, backfill_window(*window))

    source = "sync" if window is None else "backfill"
    return await over_stores(runtime, None, source=source, story=story)


def _log_to(file: Path) -> None:
    logging.basicConfig(filename=file, level=logging.INFO, format=f"%(asctime)s {os.getpid()} %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)

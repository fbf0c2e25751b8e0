"""The flows, run under the Prefect server against the sandbox, over each kind of database."""

import asyncio
import gc
import inspect
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from prefect import Flow
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings
from prefect.utilities.asyncutils import run_coro_as_sync
from sqlalchemy import Column, Table, select

from connector import runtime
from connector.ledger.secrets import new_secret_key
from connector.ledger.tables import METADATA
from connector.runtime import Runtime
from connector.sandbox.platforms import Platforms
from connector.settings import Settings
from tests.prefect_server import PrefectServer
from tests.services.conftest import Connector

UNDER_PREFECT = [
    pytest.mark.prefect,
    # One server serves them all, whichever worker of the test run they fall to.
    pytest.mark.xdist_group("prefect"),
    # Prefect leaves the connections of a flow run to the garbage collector when its event loop has ended.
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
]
_MOVING = {"cursor", "store", "credential"}
"""Tables whose rows say when something was done last."""
_COUNTERS = "store_counter"


@dataclass(frozen=True)
class Ended:
    """A flow run that has ended."""

    id: UUID
    state: str
    message: str
    document: dict[str, Any]

    def store(self, name: str = "us") -> dict[str, Any]:
        """A store's figures."""
        rows: list[dict[str, Any]] = self.document["stores"]
        return next(row for row in rows if row["store"] == name)


@dataclass
class FlowRunner(Connector):
    """The connector at work on the sandbox through its flows."""

    server: PrefectServer

    def run(self, flow: Flow[..., Any], **parameters: Any) -> Ended:
        """Run a flow to its end, as a schedule or a person starts it."""
        with runtime.use(self.runtime):
            return asyncio.run(_ended(flow, parameters))

    def ledger(self, *, counters: bool = False) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the ledger that belongs to an order, a line, an attempt or a variant.

        With `counters`, how often the platforms were asked, too: every run but a rehearsal adds to it.
        """
        left_out = _MOVING if counters else _MOVING | {_COUNTERS}
        tables = [table for name, table in METADATA.tables.items() if name not in left_out]
        with self.runtime.database.engine.connect() as connection:
            return {
                table.name: sorted(map(tuple, connection.execute(select(*_kept(table)))), key=repr)
                for table in tables
            }

    def at_platforms(self) -> dict[str, dict[str, int]]:
        """How many requests of each kind every Shopify store has had, but for those that only read."""
        return {
            name: {kind: count for kind, count in pair.shopify_faults.counts().items() if _writes(kind)}
            for name, pair in self.platforms.pairs.items()
        }

    @property
    def now(self) -> datetime:
        """The instant of the platforms and the connector."""
        return self.runtime.clock.now()


async def _ended(flow: Flow[..., Any], parameters: dict[str, Any]) -> Ended:
    running: Any = flow(**parameters, return_state=True)
    state = await running
    document = await state.aresult(raise_on_failure=False)
    assert isinstance(document, dict), document
    assert state.state_details.flow_run_id is not None
    return Ended(state.state_details.flow_run_id, state.type.value, state.message or "", document)


def _kept(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if column.name != "seen_at"]


def _writes(operation: str) -> bool:
    return operation.endswith(("Create", "Cancel", "Update", "Delete"))


@pytest.fixture(scope="package", autouse=True)
def _reporting(prefect_server: PrefectServer) -> Iterator[None]:
    """Flows that are run in this process report to the server."""
    settings = {PREFECT_API_URL: prefect_server.api_url, PREFECT_HOME: prefect_server.home / "client"}
    with temporary_settings(updates=settings):
        yield
        _let_go()


def _let_go() -> None:
    """Send what Prefect has not sent yet, and close what it has left open before another test is blamed."""
    run_coro_as_sync(_drained())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


async def _drained() -> None:
    for sending in (APILogWorker.instance().drain(), EventsWorker.drain_all()):
        if inspect.isawaitable(sending):
            await sending


@pytest.fixture
def connector(database_url: str, sandbox: Platforms, prefect_server: PrefectServer) -> Iterator[FlowRunner]:
    """A ledger of each kind beside fresh platforms; no store is connected yet."""
    settings = Settings(database_url=database_url, secret_key=new_secret_key())
    opened = Runtime.open(settings, clock=sandbox.clock)
    yield FlowRunner(opened, sandbox, prefect_server)
    opened.close()


@pytest.fixture
def shop(connector: FlowRunner) -> FlowRunner:
    """The US pair, connected; its orders of the last thirty days are imported."""
    connector.connect("us", orders="start_from = 2026-10-01T00:00:00Z")
    return connector

"""Prefect's level of retries, by faults of the database and the platforms that are really there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from sqlalchemy import text

from connector.sandbox.faults import Fault, FaultKind
from flows.sync_orders import sync_orders
from tests.flows.conftest import UNDER_PREFECT, FlowRunner
from tests.flows.privacy import betrayed
from tests.prefect_server import eventually

pytestmark = UNDER_PREFECT

_ON_SQLITE = (
    "CREATE TRIGGER fault BEFORE INSERT ON cursor BEGIN SELECT RAISE(ABORT, '{name}'); END",
    "DROP TRIGGER fault",
)
_ON_POSTGRES = (
    'ALTER TABLE cursor ADD CONSTRAINT "{name}" CHECK (false) NOT VALID',
    'ALTER TABLE cursor DROP CONSTRAINT "{name}"',
)


@contextmanager
def _no_cursor_can_be_moved(shop: FlowRunner, name: str, until: Callable[[], Any]) -> Iterator[None]:
    """A fault of the database that no code foresees and whose text names the buyer.

    It is mended as soon as `until` gives something.
    """
    fault, remedy = _ON_SQLITE if shop.runtime.database.is_sqlite else _ON_POSTGRES
    _execute(shop, fault.format(name=name))

    def mend() -> None:
        eventually(until, "the task awaits its retry")
        _execute(shop, remedy.format(name=name))

    mending = Thread(target=mend)
    mending.start()
    yield
    mending.join()


def _execute(shop: FlowRunner, statement: str) -> None:
    with shop.runtime.database.engine.begin() as connection:
        connection.execute(text(statement))


def test_what_was_lost_to_something_unforeseen_is_tried_again(shop: FlowRunner) -> None:
    order_id = shop.us.place()
    name = shop.us.tiktok.order(order_id)["recipient_address"]["name"]

    def awaiting() -> Any:
        waiting = {"state": {"name": {"any_": ["AwaitingRetry"]}}, "name": {"any_": ["fetch us"]}}
        return shop.server.post("/task_runs/filter", task_runs=waiting)

    with _no_cursor_can_be_moved(shop, name, awaiting):
        ended = shop.run(sync_orders)

    runs = shop.server.task_runs(ended.id, last="refresh us")
    (fetch,) = [run for run in runs if run["name"] == "fetch us"]
    assert (ended.state, fetch["state_type"], fetch["run_count"]) == ("COMPLETED", "COMPLETED", 2)
    assert shop.on_shopify(order_id).source_identifier == order_id
    logs = shop.server.post("/logs/filter", logs={"flow_run_id": {"any_": [str(ended.id)]}}, limit=200)
    assert any("Unexpected failure (IntegrityError at connector.ledger" in line["message"] for line in logs)
    assert betrayed(shop) == []


def test_what_a_person_must_mend_is_not_tried_again(shop: FlowRunner) -> None:
    shop.us.place()
    revoked = Fault(FaultKind.ERROR_CODE, code="36009043", message="authorization is cancelled", status=401)
    shop.platforms.tiktok_faults.add("order.search", revoked)

    ended = shop.run(sync_orders)

    (fetch,) = shop.server.task_runs(ended.id, last="fetch us")
    assert (ended.state, fetch["state_type"], fetch["run_count"]) == ("FAILED", "FAILED", 1)
    assert shop.us.shopify.orders == []

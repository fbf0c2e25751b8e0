"""The demo as a story: what is done, in the order it is done, and a picture of what came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from connector.cli import output
from connector.cli.demo_live import serve_demo
from connector.cli.demo_stage import Stage, open_stage
from connector.cli.order_view import order_table, print_order, print_remedies, tabs
from connector.cli.reconcile import print_verdict
from connector.cli.run_view import print_run
from connector.ledger.search import OrderFilters, list_orders, order_detail
from models.state import OrderState, ReasonCode

_FIRST_STEP = timedelta(days=2)


def run_demo(*, once: bool) -> None:
    """Play the demo; without `once`, serve it while time moves on, until Ctrl-C."""
    with open_stage() as stage:
        _play(stage)
        _picture(stage)
        if once:
            _how_to_look(stage, running=False)
            return
        _how_to_look(stage, running=True)
        serve_demo(stage)
        output.people().print(f"The demo has ended; its database stays in {stage.folder}.")


def _play(stage: Stage) -> None:
    with _step("Two TikTok shops and two Shopify stores start in this process, and are connected"):
        names = stage.connect()
    output.people().print(f"Connected {' and '.join(names)} by their store files in {stage.folder}.")
    _told("The Shopify catalogues are read", stage.run, "refresh_catalog")
    _told("First sync: fetch, validate, match SKUs, create on Shopify", stage.run, "sync_orders")
    with _step(f"{_FIRST_STEP.days} days pass at TikTok: buyers pay, parcels move, orders are cancelled"):
        moved = stage.let_time_pass(_FIRST_STEP)
    output.people().print(f"{moved:,} changes at TikTok.")
    _told("Second sync: new orders, and what became of the others", stage.run, "sync_orders")
    _told("Orders delivered 14 days ago without a return are completed", stage.run, "complete_orders")


def _told(heading: str, run: Any, flow: str) -> None:
    with _step(heading):
        document = run(flow)
    print_run(document)
    for store in document["stores"]:
        if store["error"]:
            output.say(f"{store['store']}: {store['error']}")


def _picture(stage: Stage) -> None:
    _heading("The orders, by status")
    counts = _page(stage, OrderFilters(), limit=1)["counts"]
    console = output.people()
    console.print(tabs(counts), soft_wrap=True)
    console.print()
    newest = [
        _page(stage, OrderFilters(status=(name,)), limit=1)["orders"] for name in counts if name != "all"
    ]
    console.print(order_table([order for orders in newest for order in orders]))
    _heading("Blocked: these need a person, and this is what to do")
    print_remedies(_page(stage, OrderFilters(state=OrderState.BLOCKED), limit=1000)["orders"])
    _heading("One order explained")
    _explain_one(stage)
    _heading("Is every order where it belongs?")
    print_verdict(stage.run("reconcile_orders", start=stage.scenario.start_from, end=stage.now))


def _page(stage: Stage, filters: OrderFilters, limit: int) -> dict[str, Any]:
    return stage.runtime.database.read(list_orders, filters=filters, limit=limit).to_json()


def _explain_one(stage: Stage) -> None:
    """A blocked order whose remedy is the merchant's everyday one; the newest order if there is none."""
    unmatched = OrderFilters(state=OrderState.BLOCKED, reason=ReasonCode.SKU_UNMATCHED)
    found = _page(stage, unmatched, limit=1)["orders"] or _page(stage, OrderFilters(), limit=1)["orders"]
    for order in found:
        details = stage.runtime.database.read(order_detail, tiktok_order_id=order["tiktok_order_id"])
        print_order(details[0].to_json())


def _how_to_look(stage: Stage, *, running: bool) -> None:
    _heading("Look around")
    console = output.people()
    if running:
        console.print("The console opens next. Time moves on, and webhooks bring orders as they happen.")
        console.print("In another terminal:")
    prefix = f"CONNECTOR_DATABASE_URL={stage.database_url}"
    for words in ("orders list --state blocked", "orders list --status delivered", "sku list --unmatched"):
        console.print(f"  {prefix} connector {words}", soft_wrap=True)
    if not running:
        console.print("The console over these orders, at http://127.0.0.1:8080:")
        console.print(f"  {prefix} connector serve --no-schedule", soft_wrap=True)
        console.print("With the platforms running, so that new orders arrive:  connector demo")


def _heading(text: str) -> None:
    console = output.people()
    console.print()
    console.print(Rule(Text(text, style="bold"), align="left", style="dim"))


@contextmanager
def _step(heading: str) -> Iterator[None]:
    """A step of the story, with a sign of life while it runs at a terminal."""
    _heading(heading)
    watched = Console(stderr=True)
    if not watched.is_terminal:
        yield
        return
    with watched.status("working"):
        yield

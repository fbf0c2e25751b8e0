"""`connector sync`, `backfill`, `complete` and `catalog`: one run of a flow, watched and reported."""

from datetime import datetime
from typing import Annotated, Any

import typer

from connector.cli.opening import open_runtime, require_any_store
from connector.cli.options import AsJson, From, Stores, To, instant, require_order


def sync(*, stores: Stores = None, as_json: AsJson = False) -> None:
    """Run the main flow once: fetch, validate, match SKUs, create on Shopify, refresh statuses.

    Exit status 1 when a store could not be synced.
    """
    _run("sync_orders", stores, as_json=as_json)


def backfill(
    *,
    start: From,
    end: To,
    stores: Stores = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; say what would be done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Do the same as sync for a window of TikTok create time; a stopped one goes on where it was.

    Exit status 1 when a store could not be finished.
    """
    require_order(start, end)
    _run("backfill_orders", stores, as_json=as_json, start=start, end=end, dry_run=dry_run)


def complete(
    *,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", parser=instant, metavar="TIME", help="Judge as if it were this time."),
    ] = None,
    stores: Stores = None,
    as_json: AsJson = False,
) -> None:
    """Run the auto-completion flow once.

    Exit status 1 when a store could not be asked.
    """
    _run("complete_orders", stores, as_json=as_json, as_of=as_of)


def catalog(*, stores: Stores = None, as_json: AsJson = False) -> None:
    """Refresh the local index of Shopify variants.

    Exit status 1 when a store's catalogue could not be read.
    """
    _run("refresh_catalog", stores, as_json=as_json)


def _run(flow: str, stores: list[str] | None, *, as_json: bool, **params: Any) -> None:
    with open_runtime() as runtime:
        names = require_any_store(runtime, stores)
    from connector.cli.flow_runs import run_flow
    from connector.cli.run_view import report_run

    document = run_flow(flow, stores=names, **params)
    report_run(document, as_json=as_json, dry_run=bool(params.get("dry_run")))
    if not document["ok"]:
        raise typer.Exit(1)

"""The backfill flow: orders placed in a stretch of time, however long ago."""

from typing import Any

from prefect import flow

from connector import runtime
from connector.services import dry_run as rehearsal
from connector.services.backfill import finish, prepare_backfill
from connector.services.fetch import Reading, backfill_window
from connector.services.pipeline import Pipeline
from connector.services.session import StoreSession
from connector.services.spans import checked_span
from connector.services.stores_run import over_stores
from flows.ending import ended
from flows.figures import publish_figures
from flows.parameters import DryRun, End, Start, Stores
from tasks.fetch import fetch
from tasks.steps import STEPS


@flow(name="backfill-orders", persist_result=False)
async def backfill_orders(
    start: Start,
    end: End,
    stores: Stores = None,
    dry_run: DryRun = False,  # noqa: FBT002 - Prefect passes parameters by name
) -> Any:
    """Import every order placed on TikTok between two instants, orders from before the connection too.

    By hand. A run that was killed goes on where it was when it is started again with the same two instants.
    With `dry_run` nothing is written anywhere; the figures say what would be done.
    """
    checked_span(start, end)

    async def story(session: StoreSession) -> None:
        window = backfill_window(start, end)
        if dry_run:
            await rehearsal.rehearse(session, window)
            return
        await prepare_backfill(session, window)
        reading = Reading(session, window)
        async with Pipeline(session, STEPS) as pipeline:
            while not reading.ended:
                await fetch(session, reading)
                pipeline.tell()
        await finish(session, window)

    with runtime.opened() as opened:
        results = await over_stores(opened, stores, source="backfill", story=story)
    await publish_figures("backfill", results)
    return ended(results)

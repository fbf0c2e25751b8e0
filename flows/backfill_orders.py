"""The backfill flow: orders placed in a stretch of time, however long ago."""

from typing import Any

from prefect import flow

from connector.services.dry_run import rehearse
from connector.services.fetch import backfill_window
from connector.services.session import StoreSession
from connector.services.spans import checked_span
from connector.services.stores_run import over_stores
from flows.ending import ended
from flows.opening import opened
from flows.parameters import DryRun, End, Start, Stores
from tasks.steps import STORY


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
    window = backfill_window(*checked_span(start, end))

    async def story(session: StoreSession) -> None:
        await (rehearse(session, window) if dry_run else STORY.backfill(session, window))

    with opened() as ledger:
        results = await over_stores(ledger, stores, source="backfill", story=story, rehearsing=dry_run)
    return await ended("backfill-orders", results, figures=True)

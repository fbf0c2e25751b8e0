"""The main flow: new and changed orders of every store, from TikTok Shop to Shopify."""

from typing import Any

from prefect import flow

from connector import runtime
from connector.services.fetch import Reading, update_window
from connector.services.pipeline import Pipeline
from connector.services.prepare import finish, prepare
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from flows.ending import ended
from flows.parameters import Stores
from tasks.fetch import fetch
from tasks.refresh import refresh
from tasks.steps import STEPS


@flow(name="sync-orders", persist_result=False)
async def sync_orders(stores: Stores = None) -> Any:
    """Fetch, validate, match SKUs, create on Shopify, refresh statuses.

    Runs every minute. What it does can be repeated at any time: orders that exist are not made again. When a
    store fails, the others are done; the failed one is named in the run's state and tried again by the next
    run. Read `connector doctor` when the same store fails again and again.
    """
    with runtime.opened() as opened:
        return ended(await over_stores(opened, stores, source="sync", story=sync_store))


async def sync_store(session: StoreSession) -> None:
    """One store's story; pages are read while the orders of earlier pages are taken to Shopify."""
    await prepare(session)
    reading = Reading(session, await update_window(session))
    async with Pipeline(session, STEPS) as pipeline:
        while not reading.ended:
            await fetch(session, reading)
            pipeline.tell()
    await refresh(session)
    await finish(session, reading.window)

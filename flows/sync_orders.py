"""The main flow: new and changed orders of every store, from TikTok Shop to Shopify."""

from typing import Any

from prefect import flow

from connector.services.stores_run import over_stores
from flows.ending import ended
from flows.opening import opened
from flows.parameters import Stores
from tasks.steps import STORY


@flow(name="sync-orders", persist_result=False)
async def sync_orders(stores: Stores = None) -> Any:
    """Fetch, validate, match SKUs, create on Shopify, refresh statuses.

    Runs every minute. What it does can be repeated at any time: orders that exist are not made again. When a
    store fails, the others are done; the failed one is named in the run's state and tried again by the next
    run. Run `connector doctor` when the same store fails again and again.
    """
    with opened() as ledger:
        return await ended("sync-orders", await over_stores(ledger, stores, source="sync", story=STORY.sync))

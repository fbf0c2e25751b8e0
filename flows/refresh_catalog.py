"""The catalogue flow: what SKUs each Shopify store has."""

from typing import Any

from prefect import flow

from connector.services.stores_run import over_stores
from flows.ending import ended
from flows.opening import opened
from flows.parameters import Stores
from tasks.catalog import refresh_catalog as refresh_one


@flow(name="refresh-catalog", persist_result=False)
async def refresh_catalog(stores: Stores = None) -> Any:
    """Load every variant of each store and free the orders whose SKU has appeared.

    Runs hourly. The index is replaced only after the whole catalogue has arrived.
    """
    with opened() as ledger:
        results = await over_stores(ledger, stores, source="catalog", story=refresh_one)
        return await ended("refresh-catalog", results)

"""Refresh the local index of a store's Shopify variants."""

from prefect import task

from connector.services import catalog as step
from connector.services.session import StoreSession
from tasks.policy import POLICY


@task(name="refresh-catalog", task_run_name="refresh-catalog {session.store.name}", **POLICY)
async def refresh_catalog(session: StoreSession) -> None:
    """Load every variant, replace the index, and free orders whose SKU is there now."""
    await step.refresh_catalog(session)

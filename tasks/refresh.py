"""Refresh what TikTok says of orders that are not final, and do on Shopify what follows from it."""

from prefect import task

from connector.services import refresh as step
from connector.services.session import StoreSession
from tasks.policy import POLICY


@task(name="refresh", task_run_name="refresh {session.store.name}", **POLICY)
async def refresh(session: StoreSession) -> None:
    """Read returns, cancellations and stale orders again; cancel or fulfil on Shopify what is due."""
    await step.refresh(session)

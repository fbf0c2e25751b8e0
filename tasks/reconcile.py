"""Compare TikTok, the ledger and Shopify for a store and a stretch of time."""

from datetime import datetime

from prefect import task

from connector.services import reconcile as step
from connector.services.reconcile import Comparison
from connector.services.session import StoreSession
from tasks.policy import POLICY


@task(name="reconcile", task_run_name="reconcile {session.store.name}", **POLICY)
async def reconcile(session: StoreSession, start: datetime, end: datetime) -> Comparison:
    """Every difference between the three, by order id."""
    return await step.reconcile(session, start, end)

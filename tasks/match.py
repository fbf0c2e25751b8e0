"""Match SKUs to variants and compose the Shopify orders; what does not fit is blocked."""

from prefect import task

from connector.services import match as step
from connector.services.batch import Batch
from connector.services.session import StoreSession
from tasks.policy import POLICY


@task(name="match", task_run_name="match {session.store.name}", **POLICY)
async def match(session: StoreSession, batch: Batch) -> None:
    """Match SKUs to variants and compose the Shopify orders; what does not fit is blocked."""
    await step.match(session, batch)

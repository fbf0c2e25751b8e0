"""Create the batch's orders on Shopify, each exactly once."""

from prefect import task

from connector.services import create as step
from connector.services.batch import Batch
from connector.services.session import StoreSession
from tasks.policy import POLICY


@task(name="create", task_run_name="create {session.store.name}", **POLICY)
async def create(session: StoreSession, batch: Batch) -> None:
    """Create the batch's orders on Shopify, each exactly once."""
    await step.create(session, batch)

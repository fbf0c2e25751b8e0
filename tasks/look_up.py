"""Link orders that may exist on Shopify already, so that none is made twice."""

from prefect import task

from connector.services import look_up as step
from connector.services.batch import Batch
from connector.services.session import StoreSession
from tasks.policy import POLICY


@task(name="look-up", task_run_name="look-up {session.store.name}", **POLICY)
async def look_up(session: StoreSession, batch: Batch) -> None:
    """Link orders that may exist on Shopify already, so that none is made twice."""
    await step.look_up(session, batch)

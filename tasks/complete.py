"""Complete delivered orders whose time is over."""

from datetime import datetime

from prefect import task

from connector.services import complete as step
from connector.services.session import StoreSession
from tasks.policy import POLICY


@task(name="complete", task_run_name="complete {session.store.name}", **POLICY)
async def complete(session: StoreSession, as_of: datetime) -> None:
    """Complete a store's orders delivered long enough before `as_of`, after asking TikTok for returns."""
    await step.complete(session, as_of)

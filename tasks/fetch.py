"""Read a few pages of TikTok's orders into the ledger."""

from prefect import task

from connector.services.fetch import Reading
from connector.services.session import StoreSession
from connector.services.story import PAGES_AT_ONCE
from tasks.policy import POLICY


@task(name="fetch", task_run_name="fetch {session.store.name}", **POLICY)
async def fetch(session: StoreSession, reading: Reading) -> int:
    """Read and commit the next pages of a window; gives how many orders they held."""
    return await reading.read(PAGES_AT_ONCE)

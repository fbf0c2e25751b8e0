"""Read a few pages of TikTok's orders into the ledger."""

from connector.services.fetch import Reading
from connector.services.session import StoreSession
from connector.services.story import PAGES_AT_ONCE
from tasks.policy import step


@step("fetch")
async def fetch(session: StoreSession, reading: Reading) -> int:
    """Read and commit the next pages of a window; gives how many orders they held."""
    return await reading.read(PAGES_AT_ONCE)

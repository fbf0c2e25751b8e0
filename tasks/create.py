"""Create the batch's orders on Shopify, each exactly once."""

from connector.services import create as service
from connector.services.batch import Batch
from connector.services.session import StoreSession
from tasks.policy import step


@step("create")
async def create(session: StoreSession, batch: Batch) -> None:
    """Create the batch's orders on Shopify, each exactly once."""
    await service.create(session, batch)

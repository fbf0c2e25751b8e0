"""Link orders that may exist on Shopify already, so that none is made twice."""

from connector.services import look_up as service
from connector.services.batch import Batch
from connector.services.session import StoreSession
from tasks.policy import step


@step("look-up")
async def look_up(session: StoreSession, batch: Batch) -> None:
    """Link orders that may exist on Shopify already, so that none is made twice."""
    await service.look_up(session, batch)

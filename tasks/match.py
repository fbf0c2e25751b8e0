"""Match SKUs to variants and compose the Shopify orders; what does not fit is blocked."""

from connector.services import match as service
from connector.services.batch import Batch
from connector.services.session import StoreSession
from tasks.policy import step


@step("match")
async def match(session: StoreSession, batch: Batch) -> None:
    """Match SKUs to variants and compose the Shopify orders; what does not fit is blocked."""
    await service.match(session, batch)

"""Compare TikTok, the ledger and Shopify for a store and a stretch of time."""

from datetime import datetime

from connector.services import reconcile as service
from connector.services.comparison import Comparison
from connector.services.session import StoreSession
from tasks.policy import step


@step("reconcile")
async def reconcile(session: StoreSession, start: datetime, end: datetime) -> Comparison:
    """Every difference between the three, by order id."""
    return await service.reconcile(session, start, end)

"""Refresh what TikTok says of orders that are not final, and do on Shopify what follows from it."""

from connector.services import refresh as service
from connector.services.session import StoreSession
from tasks.policy import step


@step("refresh")
async def refresh(session: StoreSession) -> None:
    """Read returns, cancellations and stale orders again; cancel or fulfil on Shopify what is due."""
    await service.refresh(session)

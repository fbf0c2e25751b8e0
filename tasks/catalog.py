"""Refresh the local index of a store's Shopify variants."""

from connector.services import catalog as service
from connector.services.session import StoreSession
from tasks.policy import step


@step("refresh-catalog")
async def refresh_catalog(session: StoreSession) -> None:
    """Load every variant, replace the index, and free orders whose SKU is there now."""
    await service.refresh_catalog(session)

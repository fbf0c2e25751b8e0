"""Complete delivered orders whose time is over."""

from datetime import datetime

from connector.services import complete as service
from connector.services.session import StoreSession
from tasks.policy import step


@step("complete")
async def complete(session: StoreSession, as_of: datetime) -> None:
    """Complete a store's orders delivered long enough before `as_of`, after asking TikTok for returns."""
    await service.complete(session, as_of)

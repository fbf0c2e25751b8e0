"""What `connector doctor` says of a store's webhooks and of the authorisation they warn about."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from connector.errors import ConnectorError, UsageError
from connector.ledger import credentials
from connector.services.doctor_findings import Finding, refused
from connector.services.session import StoreSession
from connector.services.webhooks.addresses import shopify_address, tiktok_address
from connector.services.webhooks.registration import (
    Registrations,
    shopify_registered,
    tiktok_registered,
)

_SOON = timedelta(days=14)


async def examine_webhooks(session: StoreSession, platform: str) -> Finding:
    """Whether every topic is registered, and at the address the connector is reached at.

    None at all is fine: the scheduled sync brings the orders by itself.
    """
    read: Callable[[StoreSession], Awaitable[dict[str, str | None]]]
    read = tiktok_registered if platform == "tiktok" else shopify_registered
    check = f"{platform} webhooks"
    try:
        known = Registrations({platform: await read(session)})
    except ConnectorError as error:
        return refused(session.store.name, check, error)
    fault = _fault(session, platform, known)
    if fault:
        fix = f"Run connector store webhooks {session.store.name}."
        return Finding(session.store.name, check, ok=False, detail=fault, fix=fix)
    topics = known.addresses[platform]
    count = len(topics) - len(known.missing(platform))
    detail = f"{count} registered" if count else "none registered: orders arrive by the scheduled sync alone"
    return Finding(session.store.name, check, ok=True, detail=detail)


def _fault(session: StoreSession, platform: str, known: Registrations) -> str:
    missing, topics = known.missing(platform), known.addresses[platform]
    if len(missing) == len(topics):
        return ""
    if missing:
        return f"not registered: {', '.join(missing)}"
    addresses = {address for address in topics.values() if address is not None}
    if len(addresses) > 1:
        return f"registered at different addresses: {', '.join(sorted(addresses))}"
    wanted = _wanted(session, platform)
    if wanted is not None and (elsewhere := known.elsewhere(platform, wanted)):
        return f"{len(elsewhere)} registered at {', '.join(sorted(addresses))} instead of {wanted}"
    return ""


def _wanted(session: StoreSession, platform: str) -> str | None:
    """Where they should be sent, when the connector knows its own address."""
    base_url, store = session.runtime.settings.public_url, session.store
    if base_url is None:
        return None
    try:
        if platform == "tiktok":
            return tiktok_address(base_url, api_url=store.tiktok_base_url)
        return shopify_address(base_url, api_url=store.shopify_base_url)
    except UsageError:
        return None


async def examine_authorization(session: StoreSession) -> Finding | None:
    """When TikTok has announced that the authorisation ends: until when, and what to do; else nothing."""
    held = await session.database.run_read(
        credentials.load, box=session.runtime.secrets, store_id=session.store.id, platform="tiktok"
    )
    ends_at = held.authorization_ends_at
    if ends_at is None:
        return None
    soon = ends_at - session.clock.now() < _SOON
    fix = "Authorise the shop again and repeat connector store add with the new credentials."
    return Finding(
        session.store.name,
        "tiktok authorisation",
        ok=not soon,
        detail=f"ends on {ends_at:%Y-%m-%d}, as TikTok has announced",
        fix=fix if soon else "",
    )

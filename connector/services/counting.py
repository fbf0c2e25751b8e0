"""What a session asked of the platforms, added to its store's counters."""

import asyncio
from contextlib import suppress

from connector.errors import LedgerUnavailable
from connector.ledger import counters
from connector.services.session import StoreSession


async def count_calls(session: StoreSession) -> None:
    """Add the calls since the session began, or since this was last asked of it.

    A ledger that cannot be reached loses them: counters are for looking at, nothing depends on them.
    """
    now = _asked_so_far(session)
    # A client that was made anew in between begins at zero.
    fresh = {name: max(0, value - session.counted.get(name, 0)) for name, value in now.items()}
    session.counted = now
    with suppress(LedgerUnavailable):
        await asyncio.shield(session.database.run(counters.add, store_id=session.store.id, amounts=fresh))


def _asked_so_far(session: StoreSession) -> dict[str, int]:
    return {
        counters.TIKTOK_CALLS: session.tiktok.calls,
        counters.TIKTOK_THROTTLED: session.tiktok.throttled,
        counters.SHOPIFY_CALLS: session.shopify.calls,
        counters.SHOPIFY_THROTTLED: session.shopify.throttled,
        counters.SHOPIFY_POINTS: session.shopify.points,
    }

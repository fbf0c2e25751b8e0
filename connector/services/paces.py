"""One pace per store and platform in a process: a sync and a webhook consumer share the same limits."""

import asyncio
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from connector.runtime import Runtime
from connector.shopify.throttle import Throttle as ShopifyThrottle
from connector.tiktok.throttle import Throttle as TikTokThrottle


@dataclass(frozen=True, slots=True)
class Paces:
    """The throttles of one store pair."""

    tiktok: TikTokThrottle
    shopify: ShopifyThrottle


_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[int, int], Paces]] = WeakKeyDictionary()
"""By event loop, because waiting requests belong to theirs."""


def paces_of(runtime: Runtime, store_id: int) -> Paces:
    """The throttles everybody in this process and loop uses for a store."""
    known = _of_loop.setdefault(asyncio.get_running_loop(), {})
    key = (id(runtime), store_id)
    if key not in known:
        known[key] = Paces(TikTokThrottle(runtime.clock), ShopifyThrottle(runtime.clock))
    return known[key]

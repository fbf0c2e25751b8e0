"""What must never be found in anything that Prefect's server keeps."""

import json
from typing import Any

from tests.flows.conftest import FlowRunner

_OF_THE_BUYER = ("buyer_email", "buyer_message", "user_id")
_OF_THE_ADDRESS = ("full_address", "phone_number", "name", "last_name", "address_detail")


def kept_from_prefect(shop: FlowRunner) -> set[str]:
    """Every store's secrets, and what its orders hold of their buyers."""
    tiktok = shop.platforms.tiktok
    words = {tiktok.app_key, tiktok.app_secret, shop.runtime.settings.secret_key or "missing"}
    for pair in shop.platforms.pairs.values():
        words |= {pair.grant.access_token, pair.grant.refresh_token, pair.shop.cipher}
        words |= {pair.shopify.access_token, pair.shopify.client_secret, pair.shopify.client_id}
        for order in pair.shopify.orders:
            words |= _of_buyer(tiktok.order(str(order.source_identifier)))
    return words


def _of_buyer(order: dict[str, Any]) -> set[str]:
    address = order["recipient_address"]
    words = [order.get(name) for name in _OF_THE_BUYER] + [address.get(name) for name in _OF_THE_ADDRESS]
    return {word for word in words if word}


def betrayed(shop: FlowRunner) -> list[str]:
    """Which of these words the server keeps somewhere, in whatever spelling JSON gives them."""
    everything = shop.server.everything().replace("\\\\", "\\")
    return sorted(
        word for word in kept_from_prefect(shop) if word in everything or json.dumps(word)[1:-1] in everything
    )

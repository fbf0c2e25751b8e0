"""How the consumer tells whoever measures it."""

from collections.abc import Callable

Observe = Callable[[str, float], None]
"""Told a name and seconds: `webhook_to_order`, from the arrival of a webhook to its order on Shopify."""


def nobody(_name: str, _seconds: float) -> None:
    """Nobody measures."""

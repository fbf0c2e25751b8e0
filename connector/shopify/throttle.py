"""Shopify's leaky bucket of one app on one store, kept busy and never empty."""

from connector.clock import Clock


class Throttle:
    """Shared by every client of one (app, store) in this process."""

    def __init__(self, clock: Clock, *, max_in_flight: int = 100) -> None:
        raise NotImplementedError

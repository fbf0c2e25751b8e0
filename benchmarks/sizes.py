"""How many orders the measurements work on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many orders are brought over, or listed."""

    orders: int
    many: int
    scripted_with_latency: int
    """Of these the plain script's time is measured at 250 ms an answer; the rest would take an hour."""
    listed: int
    """Orders of the ledger whose lists are measured."""
    trickle_seconds: int
    """How long webhooks come in one after the other."""
    burst: int
    """Webhooks that come in all at once."""


FULL = Sizes(10_000, 100_000, 200, 1_000_000, 60, 1_000)
QUICK = Sizes(2_000, 10_000, 40, 100_000, 15, 300)

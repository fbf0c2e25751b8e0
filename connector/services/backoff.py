"""How long a waiting order waits before its next try: the ledger's level of retries, minutes to days."""

from datetime import datetime, timedelta

_FIRST = 15.0
_LONGEST = 3600.0
LOOK_WAITS = (2.0, 10.0, 60.0, 300.0)
"""Seconds between looks for an order whose create may have happened (Shopify reference 3)."""
QUIET_SECONDS = 60.0
"""A create may still commit this long after its request ended; only later is an empty look an answer."""
_EAGER_ATTEMPTS = 3
_LONGEST_QUIET = 1800.0


def next_try(now: datetime, attempts: int, retry_after: float | None = None) -> datetime:
    """When to try again after `attempts` tries; never earlier than the platform asked for."""
    wait = min(_FIRST * 2.0 ** min(attempts, 16), _LONGEST)
    return now + timedelta(seconds=max(wait, retry_after or 0.0))


def next_look(now: datetime, empty_looks: int) -> datetime:
    """When to look again after `empty_looks` looks that found nothing."""
    return now + timedelta(seconds=LOOK_WAITS[min(empty_looks, len(LOOK_WAITS) - 1)])


def quiet_after(attempts: int) -> timedelta:
    """How long after its last request's end an order that is not found may be sent again.

    Longer with each attempt after the third: an order whose answer is lost every time, such as one that
    Shopify breaks on, is not sent every minute for ever.
    """
    doublings = min(max(0, attempts - _EAGER_ATTEMPTS), 16)
    return timedelta(seconds=min(QUIET_SECONDS * 2.0**doublings, _LONGEST_QUIET))

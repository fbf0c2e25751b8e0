"""When a message is tried again, and when it is given up: the scheduled sync goes on without it."""

from datetime import datetime, timedelta

from connector.errors import NeedsReauthorization, TemporaryError
from connector.ledger.messages import Message, Settled

MOST_TRIES = 10
"""About nine minutes; by then a scheduled sync has looked, too."""
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 120.0
_STORE_LONGEST_WAIT = 300.0
_HELD_WAIT = timedelta(seconds=5)


def done(message: Message) -> Settled:
    """What it asked for was looked at."""
    return Settled(message.id, "handled")


def nothing(message: Message, why: str) -> Settled:
    """It asks for nothing that could be done."""
    return Settled(message.id, "ignored", error=why)


def once_more(message: Message, now: datetime, why: str) -> Settled:
    """Try it again in a while; given up after so many tries."""
    if message.attempts >= MOST_TRIES:
        return Settled(message.id, "given_up", error=f"{why}; the scheduled sync brings what is missing")
    wait = min(_FIRST_WAIT * 2.0 ** (message.attempts - 1), _LONGEST_WAIT)
    return Settled(message.id, None, run_after=now + timedelta(seconds=wait), error=why)


def given_up(message: Message) -> Settled:
    """So many consumers took it and never came back that nobody is to look at it again."""
    why = "whoever worked on it ended before it did; the scheduled sync brings what is missing"
    return Settled(message.id, "given_up", error=why)


def when_free(message: Message, now: datetime, lease_until: datetime | None) -> Settled:
    """Somebody else works on its order: look again when he has ended, or his lease has."""
    soon = now + _HELD_WAIT
    run_after = soon if lease_until is None else min(soon, lease_until)
    return Settled(
        message.id, None, run_after=run_after, error="somebody else holds the order", counted=False
    )


def when_store_is_well(
    messages: list[Message], now: datetime, failures: int, error: Exception
) -> list[Settled]:
    """The store cannot be worked on: its messages wait, however long it takes; none is given up."""
    wait = min(_FIRST_WAIT * 2.0 ** min(failures - 1, 16), _STORE_LONGEST_WAIT)
    if isinstance(error, NeedsReauthorization):
        wait = _STORE_LONGEST_WAIT
    elif isinstance(error, TemporaryError):
        wait = max(wait, error.retry_after or 0.0)
    run_after = now + timedelta(seconds=wait)
    return [Settled(each.id, None, run_after, error=str(error), counted=False) for each in messages]

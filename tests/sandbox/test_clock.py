"""The sandbox's clock: frozen, running, and shared by sleepers that overlap."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from connector.sandbox.clock import SandboxClock

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_frozen_clock_moves_only_when_told_to() -> None:
    clock = SandboxClock(NOON, frozen=True)
    assert clock.now() == clock.now() == NOON
    clock.advance(timedelta(days=14, seconds=1))
    assert clock.now() == NOON + timedelta(days=14, seconds=1)
    assert clock.monotonic() == 14 * 86400 + 1


def test_a_running_clock_starts_where_told_and_goes_on() -> None:
    clock = SandboxClock(NOON)
    first = clock.now()
    clock.advance(timedelta(hours=1))
    assert timedelta(hours=1) <= clock.now() - first < timedelta(hours=1, seconds=30)
    assert clock.timestamp() >= int(NOON.timestamp()) + 3600


def test_sleeps_that_overlap_end_at_the_latest_end() -> None:
    clock = SandboxClock(NOON, frozen=True)

    async def sleepers() -> None:
        await asyncio.gather(*(clock.sleep(seconds) for seconds in (5, 60, 30)))

    asyncio.run(sleepers())
    assert clock.now() == NOON + timedelta(seconds=60)


def test_it_never_goes_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        SandboxClock().advance(timedelta(seconds=-1))

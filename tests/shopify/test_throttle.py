"""The throttle against a bucket that behaves as Shopify's: kept busy, hardly ever empty."""

import asyncio
import heapq
from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from connector.sandbox.clock import SandboxClock
from connector.shopify.throttle import Throttle

pytestmark = pytest.mark.anyio


class Timeline:
    """A clock that moves to the next sleeper when everybody sleeps, as discrete simulations do."""

    def __init__(self) -> None:
        self.time = 0.0
        self.sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = 0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time, UTC)

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self._number += 1
        wake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.sleepers, (self.time + seconds, self._number, wake))
        await wake

    async def run(self, until: float) -> None:
        """Let time pass to `until`."""
        while True:
            for _ in range(6):
                await asyncio.sleep(0)
            if not self.sleepers or self.sleepers[0][0] > until:
                self.time = until
                return
            self.time, _, wake = heapq.heappop(self.sleepers)
            if not wake.done():
                wake.set_result(None)


class Bucket:
    """Shopify's side: `other` points a second are spent by somebody else."""

    def __init__(self, timeline: Timeline, maximum: float, rate: float, *, other: float = 0.0) -> None:
        self.timeline, self.maximum, self.rate, self.other = timeline, maximum, rate, other
        self.level, self.at = maximum, 0.0
        self.done = self.refused = 0

    def charge(self, points: float) -> dict[str, Any]:
        elapsed, self.at = self.timeline.time - self.at, self.timeline.time
        self.level = max(0.0, min(self.maximum, self.level + elapsed * (self.rate - self.other)))
        fits = self.level >= points
        if fits:
            self.level -= points
            self.done += 1
        else:
            self.refused += 1
        status = {
            "maximumAvailable": self.maximum,
            "currentlyAvailable": int(self.level),
            "restoreRate": self.rate,
        }
        return {
            "requestedQueryCost": points,
            "actualQueryCost": points if fits else None,
            "throttleStatus": status,
        }


async def _work(
    timeline: Timeline, throttle: Throttle, bucket: Bucket, latency: tuple[float, float], random: Random
) -> None:
    """One worker that creates orders one after the other, for ever."""
    while True:
        reservation = await throttle.reserve("create", 11)
        await timeline.sleep(random.uniform(*latency) / 2)
        told = bucket.charge(11)
        await timeline.sleep(random.uniform(*latency) / 2)
        throttle.settle(reservation, told)


async def _simulate(
    seconds: float, maximum: float, rate: float, latency: tuple[float, float], *, other: float = 0.0
) -> Bucket:
    timeline = Timeline()
    throttle = Throttle(timeline, max_in_flight=100)
    bucket = Bucket(timeline, maximum, rate, other=other)
    random = Random(7)
    workers = [asyncio.create_task(_work(timeline, throttle, bucket, latency, random)) for _ in range(200)]
    await timeline.run(seconds)
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    return bucket


@pytest.mark.parametrize(("maximum", "rate"), [(2000, 100), (4000, 200), (20_000, 1000)])
@pytest.mark.parametrize("latency", [(0.02, 0.03), (0.2, 0.3), (0.05, 2.0)])
async def test_the_bucket_is_used_up_and_never_overdrawn(
    maximum: float, rate: float, latency: tuple[float, float]
) -> None:
    seconds = 120.0
    bucket = await _simulate(seconds, maximum, rate, latency)
    in_flight_at_most = 100 / (sum(latency) / 2)
    allowed = min((maximum + rate * seconds) / 11, in_flight_at_most * seconds)
    assert bucket.done >= 0.95 * allowed
    assert bucket.refused < 0.01 * bucket.done


async def test_points_spent_by_somebody_else_are_noticed() -> None:
    bucket = await _simulate(120.0, 2000, 100, (0.2, 0.3), other=50.0)
    assert bucket.done >= 0.9 * (2000 + 50 * 120) / 11
    assert bucket.refused < 0.02 * bucket.done


def _told(available: float, *, requested: float = 11, actual: float | None = None) -> Mapping[str, Any]:
    status = {"maximumAvailable": 2000, "currentlyAvailable": available, "restoreRate": 100}
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": requested if actual is None else actual,
        "throttleStatus": status,
    }


@pytest.fixture
def throttle(clock: SandboxClock) -> Throttle:
    return Throttle(clock)


async def test_it_learns_what_a_document_costs(throttle: Throttle) -> None:
    reservation = await throttle.reserve("search", 40)
    assert reservation.points == 40
    assert throttle.settle(reservation, _told(1900, requested=35, actual=12)) == 12
    assert (await throttle.reserve("search", 40)).points == 35


async def test_a_throttled_answer_teaches_only_what_is_not_known_yet(throttle: Throttle) -> None:
    refused = {**_told(1900, requested=30), "actualQueryCost": None}
    throttle.settle(await throttle.reserve("search", 40), refused)
    assert throttle.cost_of("search", 40) == 30
    throttle.settle(await throttle.reserve("search", 40), _told(1900, requested=35))
    throttle.settle(await throttle.reserve("search", 40), refused)
    assert throttle.cost_of("search", 40) == 35


async def test_it_waits_for_points(throttle: Throttle, clock: SandboxClock) -> None:
    throttle.settle(await throttle.reserve("create", 11), _told(0))
    before = clock.monotonic()
    await throttle.reserve("create", 11)
    assert clock.monotonic() - before == pytest.approx(0.11, abs=0.01)


async def test_an_answer_overtaken_by_later_ones_does_not_raise_the_level(throttle: Throttle) -> None:
    first, *others = [await throttle.reserve("create", 11) for _ in range(40)]
    for number, reservation in enumerate(others):
        throttle.settle(reservation, _told(500 - 11 * (number + 2)))
    throttle.settle(first, _told(489))
    assert throttle.level == pytest.approx(500 - 11 * 40)


async def test_a_lost_answer_counts_as_spent(throttle: Throttle) -> None:
    throttle.settle(await throttle.reserve("create", 11), _told(1000))
    assert throttle.settle(await throttle.reserve("create", 11), None) == 0
    assert throttle.level == 989


async def test_a_request_dearer_than_the_bucket_is_sent_when_it_is_full(
    throttle: Throttle, clock: SandboxClock
) -> None:
    throttle.settle(await throttle.reserve("create", 11), _told(0))
    await throttle.reserve("huge", 5000)
    assert clock.monotonic() == pytest.approx(20, abs=1)


@pytest.mark.parametrize(
    "cost",
    [
        {},
        {"throttleStatus": None},
        {"throttleStatus": "none", "requestedQueryCost": "11", "actualQueryCost": []},
        {"throttleStatus": {"maximumAvailable": 0, "currentlyAvailable": -5, "restoreRate": 0}},
    ],
)
async def test_an_odd_cost_breaks_nothing(throttle: Throttle, cost: Mapping[str, Any]) -> None:
    for _ in range(60):
        throttle.settle(await throttle.reserve("create", 11), cost)


@pytest.mark.parametrize(
    "cost",
    [
        {"actualQueryCost": 1e300},
        {"requestedQueryCost": 2**62, "actualQueryCost": 2**62},
        {"throttleStatus": {"currentlyAvailable": 0, "restoreRate": 1e-300}},
    ],
)
async def test_no_answer_makes_it_wait_for_ever(
    throttle: Throttle, clock: SandboxClock, cost: Mapping[str, Any]
) -> None:
    throttle.settle(await throttle.reserve("create", 10), cost)
    before = clock.monotonic()

    throttle.settle(await throttle.reserve("create", 10), None)

    assert clock.monotonic() - before < 3600


async def test_first_come_first_served(throttle: Throttle) -> None:
    throttle.settle(await throttle.reserve("create", 11), _told(0))
    order: list[int] = []

    async def one(number: int, points: float) -> None:
        await throttle.reserve(f"document {number}", points)
        order.append(number)

    async with asyncio.TaskGroup() as group:
        for number, points in enumerate([300, 11, 200, 1, 11]):
            group.create_task(one(number, points))
            await asyncio.sleep(0)
    assert order == [0, 1, 2, 3, 4]


async def test_no_more_than_so_many_are_under_way(clock: SandboxClock) -> None:
    throttle = Throttle(clock, max_in_flight=2)
    first, _ = await throttle.reserve("create", 11), await throttle.reserve("create", 11)
    third = asyncio.create_task(throttle.reserve("create", 11))
    for _ in range(5):
        await asyncio.sleep(0)
    assert not third.done()
    throttle.settle(first, _told(1900))
    await third


async def test_a_waiter_that_gives_up_leaves_its_place(clock: SandboxClock) -> None:
    throttle = Throttle(clock, max_in_flight=1)
    first = await throttle.reserve("create", 11)
    second = asyncio.create_task(throttle.reserve("create", 11))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    throttle.settle(first, _told(1900))
    await throttle.reserve("create", 11)

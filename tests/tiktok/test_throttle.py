"""The pace at which one shop is asked."""

import asyncio

from connector.sandbox.clock import SandboxClock
from connector.tiktok.throttle import MAX_RATE, MIN_RATE, START_RATE, Throttle


def _paced(turns: int, throttle: Throttle, clock: SandboxClock) -> list[float]:
    async def run() -> list[float]:
        times = []
        for _ in range(turns):
            await throttle.turn()
            times.append(round(clock.monotonic(), 6))
        return times

    return asyncio.run(run())


def test_requests_leave_five_a_second_at_first() -> None:
    clock = SandboxClock(frozen=True)
    assert _paced(6, Throttle(clock), clock) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]


def test_good_answers_speed_up_to_the_highest_pace() -> None:
    throttle = Throttle(SandboxClock(frozen=True))
    for _ in range(200):
        throttle.answered()
    assert throttle.rate == MAX_RATE


def test_one_refusal_halves_the_pace_and_closes_for_as_long_as_asked() -> None:
    clock = SandboxClock(frozen=True)
    throttle = Throttle(clock)
    throttle.refused(3.0)
    throttle.refused(2.0)
    assert throttle.rate == START_RATE / 2
    assert _paced(2, throttle, clock) == [3.0, 3.4]


def test_the_pace_never_falls_to_nothing() -> None:
    clock = SandboxClock(frozen=True)
    throttle = Throttle(clock)
    for _ in range(9):
        throttle.refused(None)
        _paced(1, throttle, clock)
    assert throttle.rate == MIN_RATE


def test_those_who_wait_already_are_held_back_too_and_still_spaced_out() -> None:
    clock = SandboxClock(frozen=True)
    throttle = Throttle(clock)

    async def run() -> list[float]:
        times: list[float] = []

        async def turn() -> None:
            await throttle.turn()
            times.append(round(clock.monotonic(), 6))

        waiting = [asyncio.create_task(turn()) for _ in range(4)]
        await asyncio.sleep(0)
        throttle.refused(10.0)
        await asyncio.gather(*waiting)
        return times

    first, *rest = asyncio.run(run())
    assert first == 0.0
    assert min(rest) >= 10.0
    assert len(set(rest)) == len(rest)

"""Shopify's leaky bucket of one app on one store, kept busy and never empty.

Every answer tells how many points are left and how fast they come back. Between answers the level is
reckoned here, and each answer bounds it from both sides: from above by what it says is left, less what is
under way; from below by the same less everything that Shopify may not have charged yet when it answered.
Bounds instead of the plain figure, because answers overtake each other.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.clock import Clock

_CAUTIOUS_LEVEL = 500.0
_CAUTIOUS_RATE = 50.0
_SLOWEST_RATE = 1.0
"""Points a second, however little an answer speaks of: a wait must end in sensible time."""
_LONGEST_NAP = 1.0
_SHORTEST_NAP = 0.001


@dataclass(frozen=True, slots=True)
class Reservation:
    """Points set aside for one request that is under way."""

    key: str
    points: float
    charged_before: float
    """What the requests answered before this one was sent had cost in all."""


class Throttle:
    """Shared by every client of one (app, store) in this process; first come, first served.

    `max_in_flight` bounds the requests under way at once.
    """

    def __init__(self, clock: Clock, *, max_in_flight: int = 100) -> None:
        self.max_in_flight = max_in_flight
        self._clock = clock
        self._places = asyncio.Semaphore(max_in_flight)
        self._turn = asyncio.Lock()
        self._known = False
        self._level = self._maximum = _CAUTIOUS_LEVEL
        self._rate = _CAUTIOUS_RATE
        self._level_at = self._paused_until = clock.monotonic()
        self._in_flight = self._sent = self._charged = 0.0
        self._costs: dict[str, float] = {}

    @property
    def level(self) -> float:
        """The points that should be left now."""
        self._refill()
        return self._level

    def cost_of(self, key: str, guess: float) -> float:
        """The points Shopify asked for this document last time, or the guess."""
        return self._costs.get(key, guess)

    async def reserve(self, key: str, guess: float) -> Reservation:
        """Wait until the request may be sent; every reservation must be settled."""
        await self._places.acquire()
        try:
            if self._turn.locked() or self._wait_for(self.cost_of(key, guess)) > 0:
                async with self._turn:
                    while (wait := self._wait_for(self.cost_of(key, guess))) > 0:
                        await self._clock.sleep(min(max(wait, _SHORTEST_NAP), _LONGEST_NAP))
                    return self._take(key, guess)
            return self._take(key, guess)
        except BaseException:
            self._places.release()
            raise

    def settle(self, reservation: Reservation, cost: Mapping[str, Any] | None) -> float:
        """Take note of what a request cost (`extensions.cost`); returns the points charged.

        None: the answer told no cost, or was lost; the points then count as spent.
        """
        self._places.release()
        self._in_flight -= reservation.points
        actual = self._cost_in(cost, "actualQueryCost")
        self._learn(reservation.key, self._cost_in(cost, "requestedQueryCost"), has_run=actual is not None)
        status = cost.get("throttleStatus") if cost else None
        available = _number(status, "currentlyAvailable")
        points = reservation.points if cost is None else actual or 0.0
        self._charged += points
        self._sent += points - reservation.points
        self._refill()
        self._level += reservation.points - points
        if available is not None:
            self._believe(status, available, reservation, points)
        return 0.0 if cost is None else points

    def pause(self, seconds: float) -> None:
        """Send nothing for so many seconds, as a Retry-After asks."""
        self._paused_until = max(self._paused_until, self._clock.monotonic() + seconds)

    def _cost_in(self, cost: Mapping[str, Any] | None, key: str) -> float | None:
        """A cost as an answer tells it, but never more than the bucket holds."""
        told = _number(cost, key)
        return None if told is None else min(told, self._maximum)

    def _learn(self, key: str, requested: float | None, *, has_run: bool) -> None:
        """Keep what a document costs; an answer that was throttled teaches only what is not known yet."""
        if requested is not None and (has_run or key not in self._costs):
            self._costs[key] = requested

    def _believe(self, status: Any, available: float, reservation: Reservation, points: float) -> None:
        self._maximum = _number(status, "maximumAvailable") or self._maximum
        self._rate = max(_number(status, "restoreRate") or self._rate, _SLOWEST_RATE)
        maybe_uncharged = self._sent - reservation.charged_before - points
        lowest, highest = available - maybe_uncharged, available - self._in_flight
        self._level = min(max(self._level, lowest), highest) if self._known else lowest
        self._known = True

    def _take(self, key: str, guess: float) -> Reservation:
        points = self.cost_of(key, guess)
        reservation = Reservation(key, points, self._charged)
        self._level -= points
        self._in_flight += points
        self._sent += points
        return reservation

    def _wait_for(self, points: float) -> float:
        """Seconds until there is room for so many points; 0: now."""
        self._refill()
        pause = self._paused_until - self._level_at
        if pause > 0:
            return pause
        # A margin for other users of the bucket; a request that is alone, or very dear, may use it.
        margin = min(0.02 * self._maximum, 0.5 * self._rate) if self._in_flight > 0 else 0.0
        return (min(points + margin, self._maximum) - self._level) / self._rate

    def _refill(self) -> None:
        now = self._clock.monotonic()
        self._level = min(self._maximum, self._level + (now - self._level_at) * self._rate)
        self._level_at = now


def _number(holder: Any, key: str) -> float | None:
    value = holder.get(key) if isinstance(holder, dict) else None
    return float(value) if isinstance(value, int | float) and value >= 0 else None

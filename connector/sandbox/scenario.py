"""Ready-made worlds: two busy shops for the demo, and any number of plain orders for benchmarks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.sandbox.clock import SandboxClock
from connector.sandbox.crowd import Crowd
from connector.sandbox.oddities import oddities
from connector.sandbox.platforms import Platforms
from connector.sandbox.tiktok.moulds import Mould

_OLDEST = timedelta(days=60)
_SPACING = timedelta(seconds=2)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_MOST_ARRIVALS = 24
_MOULDS = 64


@dataclass(slots=True)
class Scenario:
    """Platforms with orders in them; `tick` lets time pass."""

    platforms: Platforms
    crowd: Crowd
    start_from: datetime
    """No order was placed earlier: what the stores are connected with."""

    @property
    def clock(self) -> SandboxClock:
        """The clock of all platforms."""
        return self.platforms.clock

    def tick(self, step: timedelta) -> int:
        """Let time pass: orders move on by their own schedules, and one is placed in each shop for
        every hour begun.

        At most 24 orders are placed so per shop and step; a step of a day or more leaves a few orders in the
        statuses that pass quickly, too. Returns how many changes of status there were.
        """
        self.clock.advance(step)
        now = self.clock.now()
        moved = self.crowd.travel(self.platforms.tiktok, now)
        for pair in self.platforms.pairs.values():
            for _ in range(min(_MOST_ARRIVALS, -(-step // _HOUR))):
                placed = self.crowd.moment(now, min(step, _DAY))
                moved += self.crowd.arrive(pair, placed, now)
            if step >= _DAY:
                moved += self.crowd.freshen(pair, now)
        self.platforms.settle()
        return moved

    def store_file(self, name: str) -> str:
        """The TOML text that connects a pair, importing everything the scenario holds."""
        instant = self.start_from.isoformat(timespec="seconds").replace("+00:00", "Z")
        return self.platforms.store_file(name, orders=f"start_from = {instant}")


def demo_scenario(clock: SandboxClock | None = None, seed: int = 2026) -> Scenario:
    """Two store pairs, `us` (USD, tax added) and `uk` (GBP, tax included), over 300 orders of every kind.

    Each shop also returns one thing that is no order. The same seed gives the same orders, placed relative to
    the clock's now.
    """
    platforms = Platforms(clock, seed=seed)
    now = platforms.clock.now()
    crowd = Crowd(seed)
    for pair in platforms.pairs.values():
        crowd.populate(pair, now)
        for odd in oddities(pair.listings, pair.shop.currency):
            crowd.add_odd(pair, odd, now)
        crowd.ask_for_returns(pair)
        pair.tiktok.add_order(pair.shop, {"id": None, "status": "AWAITING_SHIPMENT", "line_items": []})
    platforms.tiktok.outbox.waiting.clear()
    return Scenario(platforms, crowd, now - _OLDEST)


def empty_scenario(
    *,
    clock: SandboxClock | None = None,
    seed: int = 0,
    plan: str = "standard",
    pairs: Iterable[tuple[str, str]] = (("us", "US"), ("uk", "GB")),
) -> Scenario:
    """Store pairs without any order; `plan` is that of the Shopify stores."""
    platforms = Platforms(clock, pairs=tuple(pairs), seed=seed, plan=plan)
    return Scenario(platforms, Crowd(seed), platforms.clock.now() - _OLDEST)


def volume_scenario(
    orders: int,
    *,
    clock: SandboxClock | None = None,
    seed: int = 0,
    plan: str = "standard",
    pairs: Iterable[tuple[str, str]] = (("us", "US"),),
) -> Scenario:
    """So many plain orders ready to ship in each shop, two seconds apart up to now.

    An order's document is made when somebody asks for it, so that a hundred thousand take little room.
    """
    scenario = empty_scenario(clock=clock, seed=seed, plan=plan, pairs=pairs)
    now, crowd = scenario.clock.now(), scenario.crowd
    for pair in scenario.platforms.pairs.values():
        moulds = [Mould(crowd.draft(pair)) for _ in range(_MOULDS)]
        first = 577 * 10**15 + int(pair.shop.id) % 1000 * 10**12
        for number in range(orders):
            at = int((now - _SPACING * (orders - number)).timestamp())
            pair.tiktok.add_cast(pair.shop, moulds[number % _MOULDS], first + number, at)
    scenario.start_from = now - _SPACING * orders - _OLDEST
    return scenario

"""The leaky bucket of query points that each app has in each shop."""

from dataclasses import dataclass, field

from connector.clock import Clock

PLAN_POINTS = {"standard": 100, "advanced": 200, "plus": 1000, "enterprise": 2000, "unmetered": 1_000_000}
"""Points restored per second, by plan; `unmetered` is no plan of Shopify's, it is for measuring callers."""

BUCKET_SECONDS = 20
"""A bucket holds so many seconds' worth of points (2000 at 100 per second was observed)."""

SINGLE_QUERY_LIMIT = 1000
"""A query that asks for more is refused outright."""


@dataclass(slots=True)
class PointsBucket:
    """Points that fill up by themselves; a query needs what it requests and pays what it used."""

    clock: Clock
    restore_rate: float
    maximum: float = field(init=False)
    _level: float = field(init=False)
    _at: float = field(init=False)
    throttled: int = 0
    """How many queries were refused."""
    spent: float = 0.0
    """All points paid so far."""

    def __post_init__(self) -> None:
        self.maximum = self.restore_rate * BUCKET_SECONDS
        self._level = self.maximum
        self._at = self.clock.monotonic()

    @property
    def available(self) -> float:
        """Points in the bucket now."""
        now = self.clock.monotonic()
        if now > self._at:
            self._level = min(self.maximum, self._level + (now - self._at) * self.restore_rate)
            self._at = now
        return self._level

    def admits(self, requested: float) -> bool:
        """Whether a query of this requested cost may run; a refusal is counted."""
        if requested <= self.available:
            return True
        self.throttled += 1
        return False

    def pay(self, actual: float) -> None:
        """Take what a query has used."""
        self._level -= actual
        self.spent += actual

    def drain(self, level: float = 0.0) -> None:
        """Leave only `level` points, as another client of the same app would."""
        self._level = min(self.available, level)

    def status(self) -> dict[str, float]:
        """The `throttleStatus` of an answer."""
        return {
            "maximumAvailable": self.maximum,
            "currentlyAvailable": int(self.available),
            "restoreRate": self.restore_rate,
        }

"""What goes wrong on purpose: rules that pick requests and say how they fail, replayable from a seed.

A fault has two independent sides: how the caller sees it (`kind`) and whether the request was carried out all
the same (`committed`). `late` is the third way: the caller sees a dead connection and the request is carried
out `delay` seconds later by the sandbox's clock.
"""

import hashlib
import re
import threading
from collections.abc import Container
from dataclasses import dataclass, field
from enum import StrEnum


class FaultKind(StrEnum):
    """How a caller sees a fault."""

    RESET = "reset"
    """The connection dies without an answer."""
    HANG = "hang"
    """No answer until the caller gives up, at most `delay` real seconds (default 30)."""
    LATE = "late"
    """The connection dies; the request is carried out `delay` sandbox seconds later."""
    SLOW = "slow"
    """A good answer after `delay` real seconds."""
    STATUS = "status"
    """HTTP `status` with a body that is not the platform's."""
    TRUNCATED = "truncated"
    """A good answer of which only the first half arrives."""
    GARBLED = "garbled"
    """HTTP 200 with bytes that are no JSON."""
    THROTTLED = "throttled"
    """The platform's own way of saying: too much at once."""
    INTERNAL_ERROR = "internal_error"
    """The platform's own way of saying that it broke (Shopify: null data and INTERNAL_SERVER_ERROR)."""
    ERROR_CODE = "error_code"
    """The platform's own error envelope with `code`, `message` and `status`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to fail; see `FaultKind` for which figures matter."""

    kind: FaultKind
    committed: bool = False
    status: int = 503
    retry_after: float | None = None
    delay: float = 30.0
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """A fault that happened: at which operation, and at its how-manieth request (from 1)."""

    operation: str
    nth: int
    fault: Fault


@dataclass(slots=True)
class FaultRule:
    """Which requests fail; see `FaultPlan.add`."""

    fault: Fault
    operation: re.Pattern[str]
    nth: Container[int] | None
    times: int | None
    probability: float
    used: int = field(default=0)


class FaultPlan:
    """The faults of one platform, drawn per request; safe to use from any thread.

    `latency` is added to every answer, in real seconds. Whether a rule with a probability strikes the n-th
    request of an operation depends on the seed, the operation and n alone, so a run is replayed by its seed
    even when requests overlap.
    """

    def __init__(self, seed: int = 0, *, latency: float = 0.0) -> None:
        self.seed = seed
        self.latency = latency
        self.log: list[InjectedFault] = []
        self._rules: list[FaultRule] = []
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def add(
        self,
        operation: str,
        fault: Fault,
        *,
        nth: int | Container[int] | None = None,
        times: int | None = None,
        probability: float = 1.0,
    ) -> FaultRule:
        """Fail requests whose operation matches the pattern `operation` in full.

        `nth` picks requests of one operation by number (from 1, counted since the plan was made or cleared),
        `times` ends the rule after so many faults, `probability` strikes that share of the requests.
        """
        picked = {nth} if isinstance(nth, int) else nth
        rule = FaultRule(fault, re.compile(operation), picked, times, probability)
        with self._lock:
            self._rules.append(rule)
        return rule

    def clear(self) -> None:
        """Drop all rules, counts and the latency; the log stays."""
        with self._lock:
            self._rules.clear()
            self._counts.clear()
            self.latency = 0.0

    def suspend(self) -> list[FaultRule]:
        """Take all rules out and return them; requests go on being counted."""
        with self._lock:
            held, self._rules = self._rules, []
        return held

    def resume(self, held: list[FaultRule]) -> None:
        """Put suspended rules back, before any that were added since."""
        with self._lock:
            self._rules = [*held, *self._rules]

    def draw(self, operation: str) -> Fault | None:
        """Count a request and return the fault of the first rule that strikes it, if any."""
        with self._lock:
            nth = self._counts.get(operation, 0) + 1
            self._counts[operation] = nth
            for number, rule in enumerate(self._rules):
                if self._strikes(rule, number, operation, nth):
                    rule.used += 1
                    self.log.append(InjectedFault(operation, nth, rule.fault))
                    return rule.fault
        return None

    def requests(self, operation: str) -> int:
        """How many requests of an operation were counted so far."""
        with self._lock:
            return self._counts.get(operation, 0)

    def counts(self) -> dict[str, int]:
        """How many requests there were so far, by operation."""
        with self._lock:
            return dict(self._counts)

    def _strikes(self, rule: FaultRule, number: int, operation: str, nth: int) -> bool:
        if rule.times is not None and rule.used >= rule.times:
            return False
        if rule.nth is not None and nth not in rule.nth:
            return False
        if not rule.operation.fullmatch(operation):
            return False
        return rule.probability >= 1.0 or self._chance(number, operation, nth) < rule.probability

    def _chance(self, number: int, operation: str, nth: int) -> float:
        seed = f"{self.seed}/{number}/{operation}/{nth}".encode()
        return int.from_bytes(hashlib.blake2b(seed, digest_size=7).digest(), "big") / 2.0**56

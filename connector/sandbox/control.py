"""The sandbox's own address, `/_sandbox/`: what a benchmark or a person steers it by from another process.

| GET `stores/<name>` | the store file of a pair |
| GET `report` | what every platform holds, was asked and has used |
| POST `tick?hours=…` | time passes |
| POST `latency?seconds=…` | every answer is late |
| POST `faults?platform=…` | a rule as JSON: `operation`, `kind`, words of `Fault` and `FaultPlan.add` |
| DELETE `faults` | all is well again |
"""

import time
from datetime import timedelta
from typing import Any

import orjson

from connector.sandbox.exchange import Request, Response
from connector.sandbox.faults import Fault, FaultKind, FaultPlan
from connector.sandbox.scenario import Scenario

_RULE = ("nth", "times", "probability")


class Control:
    """The control endpoints of one scenario; a `connector.sandbox.exchange.Service`."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.clock = scenario.clock
        self.lock = scenario.platforms.tiktok.lock

    def operation(self, request: Request) -> str:
        """The first word of the path."""
        return request.path.strip("/").split("/")[0]

    def answer(self, request: Request) -> Response:
        """Do what is asked; 404 for a word that is not known, 400 for one that does not fit."""
        word, _, rest = request.path.strip("/").partition("/")
        try:
            return self._do(request.method, word, rest, request)
        except (KeyError, ValueError, TypeError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, status=400)

    def failure(self, request: Request, fault: Fault) -> Response:
        """Never asked for: no fault is planned for the control endpoints."""
        return _json({"error": fault.kind}, status=500)

    def plans(self) -> dict[str, FaultPlan]:
        """The fault plans by platform: `tiktok`, and every pair's name for its Shopify."""
        platforms = self.scenario.platforms
        shopify = {name: pair.shopify_faults for name, pair in platforms.pairs.items()}
        return {"tiktok": platforms.tiktok_faults, **shopify}

    def _do(self, method: str, word: str, rest: str, request: Request) -> Response:
        parameters = request.parameters()
        if (method, word) == ("GET", "stores"):
            return self._stores(rest)
        if (method, word) == ("GET", "report"):
            return _json(self._report())
        if (method, word) == ("POST", "tick"):
            return _json({"changes": self.scenario.tick(timedelta(hours=float(parameters["hours"])))})
        if (method, word) == ("POST", "latency"):
            return self._latency(float(parameters["seconds"]))
        if (method, word) == ("POST", "faults"):
            return self._add_fault(self.plans()[parameters["platform"]], orjson.loads(request.body))
        if (method, word) == ("DELETE", "faults"):
            return self._clear()
        return _json({"error": "no such control"}, status=404)

    def _stores(self, name: str) -> Response:
        if not name:
            return _json({"stores": sorted(self.scenario.platforms.pairs)})
        text = self.scenario.store_file(name)
        return Response(200, text.encode(), ((b"content-type", b"application/toml"),))

    def _latency(self, seconds: float) -> Response:
        for plan in self.plans().values():
            plan.latency = seconds
        return _json({"latency": seconds})

    def _add_fault(self, plan: FaultPlan, rule: dict[str, Any]) -> Response:
        words = dict(rule)
        operation = words.pop("operation")
        when = {name: words.pop(name) for name in _RULE if name in words}
        plan.add(operation, Fault(FaultKind(words.pop("kind")), **words), **when)
        return _json({"added": operation})

    def _clear(self) -> Response:
        for plan in self.plans().values():
            plan.clear()
        return _json({"faults": 0})

    def _report(self) -> dict[str, Any]:
        platforms = self.scenario.platforms
        platforms.settle()
        pairs = {
            name: {
                "tiktok_orders": len(pair.shop.book),
                "shopify_orders": len(pair.shopify.orders),
                "duplicates": sorted(pair.shopify.duplicates()),
            }
            for name, pair in platforms.pairs.items()
        }
        plans = {name: plan.counts() for name, plan in self.plans().items()}
        return {
            "now": self.clock.now().isoformat(),
            "pairs": pairs,
            "requests": plans,
            "faults": {name: len(plan.log) for name, plan in self.plans().items()},
            "buckets": {name: self._bucket(name) for name in platforms.pairs},
            "cpu_seconds": time.process_time(),
        }

    def _bucket(self, name: str) -> dict[str, float]:
        """What the connector's app has spent at a pair's Shopify, and how often it was throttled."""
        shopify = self.scenario.platforms.pairs[name].shopify
        bucket = shopify.bucket(shopify.app)
        return {
            "maximum": bucket.maximum,
            "restore_rate": bucket.restore_rate,
            "spent": bucket.spent,
            "throttled": bucket.throttled,
        }


def _json(body: object, *, status: int = 200) -> Response:
    return Response(status, orjson.dumps(body))

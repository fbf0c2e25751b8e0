"""Fault rules pick the requests they are meant for, and a seed replays them."""

from connector.sandbox.faults import Fault, FaultKind, FaultPlan

RESET = Fault(FaultKind.RESET)


def struck(plan: FaultPlan, operation: str, requests: int) -> list[int]:
    return [nth for nth in range(1, requests + 1) if plan.draw(operation) is not None]


def test_the_nth_request_of_one_operation() -> None:
    plan = FaultPlan()
    plan.add("orderCreate", RESET, nth=3)
    assert struck(plan, "orderCreate", 5) == [3]
    assert struck(plan, "orderCancel", 5) == []
    assert [(entry.operation, entry.nth) for entry in plan.log] == [("orderCreate", 3)]


def test_a_rule_ends_after_its_times() -> None:
    plan = FaultPlan()
    plan.add(r"order\..*", RESET, times=2)
    assert struck(plan, "order.search", 4) == [1, 2]


def test_probability_is_replayed_by_the_seed_even_when_requests_overlap() -> None:
    def run(seed: int, *, interleaved: bool) -> list[int]:
        plan = FaultPlan(seed)
        plan.add("a", RESET, probability=0.3)
        hits = []
        for nth in range(1, 1001):
            if interleaved:
                plan.draw("b")
            if plan.draw("a"):
                hits.append(nth)
        return hits

    first = run(7, interleaved=False)
    assert first == run(7, interleaved=True)
    assert first != run(8, interleaved=False)
    assert 240 < len(first) < 360


def test_clearing_drops_rules_but_keeps_the_log() -> None:
    plan = FaultPlan(latency=0.5)
    plan.add(".*", RESET)
    plan.draw("a")
    plan.clear()
    assert plan.draw("a") is None
    assert plan.latency == 0
    assert len(plan.log) == 1

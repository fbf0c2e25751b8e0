"""Which orders of a batch cannot be trusted, and why, in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.quality.facts import facts_of
from connector.quality.rules import RULES
from models.state import Reason, ReasonCode


@dataclass(frozen=True, slots=True)
class BatchVerdict:
    """What validation found in one batch."""

    evaluated: int
    failed: dict[int, Reason]
    """Orders that must not be created, by their key in the ledger; every other one is sound."""
    statistics: list[dict[str, str | int]]
    """One row per expectation for people: what was expected, of how many orders, how many failed."""
    report: Any = field(repr=False, default=None)
    """Great Expectations' own result, for Data Docs; None for an empty batch."""

    @property
    def ok(self) -> bool:
        """Whether every order of the batch is sound."""
        return not self.failed


def validate_batch(orders: Sequence[tuple[int, Mapping[str, Any]]]) -> BatchVerdict:
    """Check orders (ledger key, TikTok's document) against every expectation at once.

    An order that passes can be read by `parse_order` and judged without an exception. Never raises for what a
    document holds; raises RuntimeError if an expectation itself cannot be evaluated.
    """
    if not orders:
        return BatchVerdict(0, {}, [_statistic(rule.says, 0, 0) for rule in RULES])
    from connector.quality.suite import RULE_NUMBER, evaluate

    facts = {pk: facts_of(pk, raw) for pk, raw in orders}
    report = evaluate(list(facts.values()))
    failed: dict[int, Reason] = {}
    statistics: list[dict[str, str | int]] = []
    failing_by_rule = {
        result.expectation_config.meta[RULE_NUMBER]: _failing(result) for result in report.results
    }
    for number, rule in enumerate(RULES):
        failing = failing_by_rule[number]
        for pk in failing:
            failed.setdefault(pk, Reason(ReasonCode.INVALID_ORDER, rule.sentence(facts[pk])))
        statistics.append(_statistic(rule.says, len(facts), len(failing)))
    return BatchVerdict(len(facts), failed, statistics, report)


def _failing(result: Any) -> list[int]:
    if result.exception_info.get("raised_exception"):
        raise RuntimeError(
            f"an expectation could not be evaluated: {result.exception_info['exception_message']}"
        )
    return [int(row["pk"]) for row in result.result.get("unexpected_index_list") or ()]


def _statistic(says: str, orders: int, failed: int) -> dict[str, str | int]:
    return {"expectation": says, "orders": orders, "failed": failed}

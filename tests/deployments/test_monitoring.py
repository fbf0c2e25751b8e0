"""The dashboard and the alert rules against the metrics that are really exported."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from connector.console.families import families
from connector.console.metrics import Instruments
from connector.ledger import counters
from connector.ledger.figures import Figures, StoreFigures
from tests.prefect_server import DEPLOYMENTS
from tests.serving.prometheus import text_of

_NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_NAME = re.compile(r"\b(?:connector|process)_[a-z_]+\b")
_LABELS = re.compile(r"\b(?:by|on) \(([^)]*)\)")


def _samples() -> dict[str, set[str]]:
    """Every sample's name with its labels, as an exposition with something of everything has them."""
    names = (counters.TIKTOK_CALLS, counters.SHOPIFY_CALLS, counters.TIKTOK_THROTTLED)
    found = Figures(
        stores=[StoreFigures("uk", False, True, _NOW - timedelta(hours=1), _NOW)],
        orders=[("uk", "created", "delivered", 3)],
        blocked=[("uk", "sku_unmatched", 1)],
        inbox=1,
        inbox_since=_NOW,
        counters=[("uk", name, 1) for name in (*names, counters.SHOPIFY_THROTTLED, counters.SHOPIFY_POINTS)],
        fetches=1,
        fetching=0,
        login_failures=0,
    )
    instruments = Instruments()
    instruments.observe("webhook_to_order", 0.2)
    text = text_of(families(found, _NOW)) + text_of(instruments.registry.collect())
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def _rules() -> list[dict[str, Any]]:
    document = yaml.safe_load((DEPLOYMENTS / "prometheus-alerts.yaml").read_text("utf-8"))
    return [rule for group in document["groups"] for rule in group["rules"]]


def _dashboard() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((DEPLOYMENTS / "grafana-dashboard.json").read_text("utf-8"))
    return document


def _expressions() -> Iterator[str]:
    for panel in _dashboard()["panels"]:
        yield from (target["expr"] for target in panel["targets"])
    yield from (
        variable["query"]["query"]
        for variable in _dashboard()["templating"]["list"]
        if variable["type"] == "query"
    )
    yield from (rule["expr"] for rule in _rules())


def test_every_metric_that_is_looked_at_is_exported() -> None:
    known = _samples()
    for expression in _expressions():
        used = set(_NAME.findall(expression))
        assert used <= set(known), f"{used - set(known)} in {expression}"


def test_every_metric_of_ours_is_looked_at() -> None:
    used = {name for expression in _expressions() for name in _NAME.findall(expression)}
    ours = {name for name in _samples() if name.startswith("connector_") and not name.endswith("_created")}
    assert ours - used <= {
        "connector_webhook_to_order_seconds_sum",
        "connector_webhook_to_order_seconds_count",
    }


def test_labels_are_those_of_the_metrics() -> None:
    known = {"job", "instance"}.union(*_samples().values())
    for expression in _expressions():
        used = {label.strip() for group in _LABELS.findall(expression) for label in group.split(",")}
        assert used <= known, expression


def test_alerts_say_what_is_wrong_and_how_bad_it_is() -> None:
    rules = _rules()
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["description"].endswith(".")
        assert re.fullmatch(r"\d+m", rule["for"])


def test_every_alert_is_tried_and_explained() -> None:
    tried = yaml.safe_load((DEPLOYMENTS / "prometheus-alerts-test.yaml").read_text("utf-8"))
    cases = [case for test in tried["tests"] for case in test["alert_rule_test"]]
    raised = {case["alertname"] for case in cases if case.get("exp_alerts")}
    explained = (DEPLOYMENTS.parent / "docs" / "operations.md").read_text("utf-8")
    for rule in _rules():
        assert rule["alert"] in raised
        assert rule["alert"] in explained


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is missing: install prometheus")
def test_alerts_are_raised_when_they_should_be() -> None:
    words = ("promtool", "test", "rules", "prometheus-alerts-test.yaml")
    outcome = subprocess.run(words, cwd=DEPLOYMENTS, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_panels_lie_beside_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    panels = _dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        assert max(x for x, _ in cells) < 24
        taken |= cells

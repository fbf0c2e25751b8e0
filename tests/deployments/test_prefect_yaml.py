"""prefect.yaml against what Prefect knows: it drops a misspelt key without a word."""

import importlib
import pkgutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect import Flow
from prefect.cli.deploy._models import (
    ConcurrencyLimitSpec,
    DeploymentConfig,
    PrefectYamlModel,
    RawScheduleConfig,
    WorkPoolConfig,
)
from pydantic import BaseModel

import flows

_FILE = Path(__file__).parents[2] / "prefect.yaml"
_FREE = {"definitions"}
"""Keys of ours: a place for anchors."""


def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return document


def _deployments() -> list[dict[str, Any]]:
    deployments: list[dict[str, Any]] = _document()["deployments"]
    return deployments


def _unknown(given: dict[str, Any], model: type[BaseModel]) -> set[str]:
    known = {field.alias or name for name, field in model.model_fields.items()}
    return set(given) - known


def _flows() -> dict[str, Flow[..., Any]]:
    """Every flow by its entrypoint."""
    found = {}
    for module in pkgutil.iter_modules(flows.__path__):
        name = f"flows.{module.name}"
        for word, value in vars(importlib.import_module(name)).items():
            if isinstance(value, Flow):
                found[f"{name}.{word}"] = value
    return found


def test_every_key_is_one_that_prefect_reads() -> None:
    document = _document()
    assert _unknown(document, PrefectYamlModel) == _FREE
    for deployment in document["deployments"]:
        assert _unknown(deployment, DeploymentConfig) == set()
        assert _unknown(deployment["work_pool"], WorkPoolConfig) == set()
        assert _unknown(deployment["concurrency_limit"], ConcurrencyLimitSpec) == set()
        for schedule in deployment["schedules"]:
            assert _unknown(schedule, RawScheduleConfig) == set()


def test_a_misspelt_key_is_noticed() -> None:
    assert _unknown({"concurency_limit": 1, "name": "x"}, DeploymentConfig) == {"concurency_limit"}


def test_every_flow_has_one_deployment_of_its_name_and_every_deployment_a_flow() -> None:
    deployed = {each["entrypoint"]: each["name"] for each in _deployments()}
    assert deployed == {entrypoint: flow.name for entrypoint, flow in _flows().items()}
    assert len(deployed) == len(_deployments()) == 5


@pytest.mark.parametrize("deployment", _deployments(), ids=lambda each: each["name"])
def test_a_deployment_never_overlaps_itself_and_names_its_schedules(deployment: dict[str, Any]) -> None:
    assert deployment["concurrency_limit"]["limit"] == 1
    assert all(schedule["slug"] for schedule in deployment["schedules"])
    assert deployment["enforce_parameter_schema"] is True

"""The files of deployments/: every setting exists, and they agree with each other and with the code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prefect.events.schemas.automations import AutomationCore
from prefect.settings import Settings as PrefectSettings
from pydantic import AliasChoices, BaseModel

from connector.settings import Settings
from tests.prefect_server import DEPLOYMENTS, settings_of

_COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOYMENTS / "compose.yaml").read_text("utf-8"))
_UNITS = sorted((DEPLOYMENTS / "systemd").glob("*.service"))
_FOREIGN = {
    "DO_NOT_TRACK",
    "FORWARDED_ALLOW_IPS",
    "GX_ANALYTICS_ENABLED",
    "POSTGRES_DB",
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
}


def _prefect_names(model: type[BaseModel]) -> Iterator[str]:
    prefix = str(model.model_config.get("env_prefix", ""))
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _prefect_names(field.annotation)
            continue
        aliases = field.validation_alias.choices if isinstance(field.validation_alias, AliasChoices) else []
        yield from (str(alias).upper() for alias in (prefix + name, *aliases) if isinstance(alias, str))


def _known_names() -> set[str]:
    ours = {f"CONNECTOR_{name}".upper() for name in Settings.model_fields}
    return {*_prefect_names(PrefectSettings), *ours, *_FOREIGN}


def _names_in_units() -> set[str]:
    lines = "\n".join(unit.read_text("utf-8") for unit in _UNITS)
    return set(re.findall(r"^Environment=(\w+)=", lines, re.MULTILINE))


def _names_in_compose() -> set[str]:
    return {name for service in _COMPOSE["services"].values() for name in service.get("environment", {})}


def test_every_setting_is_one_that_is_read() -> None:
    files = [settings_of(file) for file in sorted(DEPLOYMENTS.glob("*.env"))]
    given = {name for file in files for name in file} | _names_in_units() | _names_in_compose()
    assert len(given) > 20
    assert given - _known_names() == set()


@pytest.mark.parametrize("file", sorted(DEPLOYMENTS.glob("*.env")), ids=lambda file: file.name)
def test_every_value_is_one_that_prefect_takes(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in settings_of(file).items():
        monkeypatch.setenv(name, value)
    settings = PrefectSettings()
    if file.name == "prefect-server.env":
        assert settings.server.services.db_vacuum.enabled == {"events", "flow_runs"}
        assert settings.server.services.task_run_recorder.batch_size == 500
        assert settings.server.concurrency.lease_storage.endswith(".filesystem")
    if file.name == "worker.env":
        assert settings.flows.heartbeat_frequency == 30


def test_a_dead_run_is_ended_after_three_missed_beats_and_more() -> None:
    document = yaml.safe_load((DEPLOYMENTS / "automations.yaml").read_text("utf-8"))
    (automation,) = (AutomationCore.model_validate(each) for each in document["automations"])
    beat = int(settings_of(DEPLOYMENTS / "worker.env")["PREFECT_FLOWS_HEARTBEAT_FREQUENCY"])
    assert automation.trigger.within.total_seconds() > 3 * beat  # type: ignore[union-attr]
    assert automation.name in (DEPLOYMENTS / "deploy.sh").read_text("utf-8")


def test_services_wait_for_what_they_need_and_are_seen_from_the_machine_alone() -> None:
    services = _COMPOSE["services"]
    assert set(services) == {"postgres", "prefect-server", "deploy", "worker", "serve"}
    assert services["serve"]["depends_on"]["deploy"]["condition"] == "service_completed_successfully"
    assert services["worker"]["depends_on"]["deploy"]["condition"] == "service_completed_successfully"
    assert services["deploy"]["depends_on"]["prefect-server"]["condition"] == "service_healthy"
    assert services["prefect-server"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert {name: service["ports"] for name, service in services.items() if "ports" in service} == {
        "prefect-server": ["127.0.0.1:4200:4200"],
        "serve": ["127.0.0.1:8080:8080"],
    }


def test_no_secret_is_written_down() -> None:
    text = (DEPLOYMENTS / "compose.yaml").read_text("utf-8")
    assert re.findall(r"POSTGRES_PASSWORD: (.*)", text) == ["${POSTGRES_PASSWORD:?see docs/operations.md}"]
    assert "CONNECTOR_SECRET_KEY: ${CONNECTOR_SECRET_KEY:?see docs/operations.md}" in text


def _sent_to_the_builder() -> set[str]:
    lines = (DEPLOYMENTS.parent / ".dockerignore").read_text("utf-8").splitlines()
    return {line.removeprefix("!") for line in lines if line.startswith("!")}


def test_the_image_gets_no_secret_and_nothing_that_git_does_not_know() -> None:
    lines = (DEPLOYMENTS.parent / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    # Later lines win: what is taken back comes after the folders it lies in.
    last = max(number for number, rule in enumerate(rules) if rule.startswith("!"))
    assert {"**/.env", "**/__pycache__"} <= set(rules[last + 1 :])
    assert ".env" in (DEPLOYMENTS.parent / ".gitignore").read_text("utf-8").splitlines()


def test_files_that_are_named_are_there() -> None:
    named = {
        *re.findall(
            r"^COPY (?!--from)(.+) \S+$", (DEPLOYMENTS / "Dockerfile").read_text("utf-8"), re.MULTILINE
        )
    }
    root = DEPLOYMENTS.parent
    words = {word for line in named for word in line.split()}
    assert words <= _sent_to_the_builder()
    assert {word for word in words if not (root / word).exists()} <= {"requirements.lock"}
    env_files = {file for service in _COMPOSE["services"].values() for file in service.get("env_file", [])}
    assert all((DEPLOYMENTS / file).exists() for file in env_files)

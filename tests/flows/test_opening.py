"""A deployment never works on a ledger that nobody else sees."""

from pathlib import Path
from uuid import uuid4

import pytest

from connector.errors import ConfigurationError
from connector.ledger.secrets import new_secret_key
from flows.opening import opened


@pytest.fixture
def _in_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own and a deployment, as a worker gives to each run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", str(uuid4()))
    monkeypatch.setenv("CONNECTOR_SECRET_KEY", new_secret_key())


@pytest.mark.usefixtures("_in_a_worker")
@pytest.mark.parametrize("url", [None, "sqlite:///ledger.db"])
def test_a_relative_file_is_refused_in_a_worker(url: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONNECTOR_DATABASE_URL", raising=False)
    if url is not None:
        monkeypatch.setenv("CONNECTOR_DATABASE_URL", url)
    with pytest.raises(ConfigurationError, match="set CONNECTOR_DATABASE_URL"), opened():
        pass


@pytest.mark.usefixtures("_in_a_worker")
def test_a_database_that_everybody_sees_is_opened(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", database_url)
    with opened() as ledger:
        assert ledger.active_stores() == []


def test_by_hand_a_file_in_the_current_folder_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONNECTOR_DATABASE_URL", raising=False)
    with opened() as ledger:
        assert ledger.active_stores() == []

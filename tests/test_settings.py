"""The process's settings: defaults, spellings and refusals."""

import pytest

from connector.errors import ConfigurationError
from connector.settings import DEFAULT_DATABASE_URL, Settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY", "DATA_DOCS"):
        monkeypatch.delenv(f"CONNECTOR_{name}", raising=False)


def test_defaults_need_nothing_set() -> None:
    settings = Settings()
    assert settings.database_url == DEFAULT_DATABASE_URL
    assert settings.secret_key is None


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "POSTGRES"])
def test_every_spelling_of_postgres_means_psycopg2(scheme: str) -> None:
    url = Settings(database_url=f"{scheme}://u:p@host/db").database_url
    assert url == "postgresql+psycopg2://u:p@host/db"


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", "sqlite:////tmp/x.db")
    monkeypatch.setenv("CONNECTOR_SECRET_KEY", "a-key")
    settings = Settings()
    assert settings.database_url == "sqlite:////tmp/x.db"
    assert settings.secret_key == "a-key"
    assert "a-key" not in repr(settings)


def test_a_blank_key_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_SECRET_KEY", "  ")
    assert Settings().secret_key is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "connector.db",
        "mysql://u:hush@h/d",
        "postgresql+asyncpg://u:hush@h/d",
        "://",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///?mode=ro",
    ],
)
def test_a_wrong_database_url_is_named_and_never_repeated(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", url)
    with pytest.raises(ConfigurationError) as caught:
        Settings()
    assert str(caught.value).startswith("CONNECTOR_DATABASE_URL ")
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)

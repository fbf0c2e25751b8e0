"""What `connector serve` cannot do is said in one sentence, before anything is started."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import Connector, connector

__all__ = ["connector"]


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port of loopback on which somebody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def no_prefect(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment that names no Prefect server."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))


def test_a_port_in_use_is_refused(connector: Connector, taken_port: int) -> None:
    refusal = connector("serve", "--port", str(taken_port)).refusal
    assert refusal == (
        f"connector: Port {taken_port} on 127.0.0.1 is in use: end what listens there, "
        "or choose another with --port."
    )


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1", "a..b"])
def test_an_address_that_is_not_ours_is_refused(connector: Connector, host: str) -> None:
    assert "--host" in connector("serve", "--host", host, "--port", "0").refusal


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_that_is_none_is_refused(connector: Connector, port: str) -> None:
    assert "--port" in connector("serve", "--port", port).refusal


def test_beyond_loopback_a_login_is_needed(connector: Connector) -> None:
    refusal = connector("serve", "--host", "0.0.0.0", "--port", "0", "--no-schedule").refusal  # noqa: S104
    assert "without a login" in refusal
    assert "CONNECTOR_CONSOLE_PASSWORD_HASH" in refusal


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/api", "http://", "http://x:port/api"])
def test_a_prefect_address_that_is_none_is_refused(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", url)
    assert "PREFECT_API_URL is no address" in connector("serve", "--port", "0").refusal


def test_a_prefect_address_of_the_profile_is_looked_at_too(connector: Connector, tmp_path: Path) -> None:
    home = tmp_path / "prefect"
    home.mkdir()
    (home / "profiles.toml").write_text('active = "a"\n[profiles.a]\nPREFECT_API_URL = "nonsense"\n')
    assert "of the active Prefect profile is no address" in connector("serve", "--port", "0").refusal


def test_a_folder_that_prefect_cannot_use_is_refused(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "file"))
    assert "set PREFECT_HOME" in connector("serve", "--port", "0").refusal


def test_two_with_one_prefect_folder_are_refused(connector: Connector, tmp_path: Path) -> None:
    from connector.serving.prefect_server import own_server

    first = own_server()
    refusal = connector("serve", "--port", "0").refusal
    first.lock.close()
    assert "Another connector serve" in refusal


@pytest.mark.parametrize(("variable", "value"), [("LOG_FORMAT", "xml"), ("SECRET_KEY", "short")])
def test_a_setting_that_does_not_fit_is_refused(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(f"CONNECTOR_{variable}", value)
    assert f"CONNECTOR_{variable}" in connector("serve", "--port", "0").refusal

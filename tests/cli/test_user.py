"""`connector user` and `connector password-hash`: logins of the console."""

import io

import pytest

from connector.console.access.passwords import is_right
from connector.ledger import audit
from connector.ledger.database import Database
from tests.cli.conftest import Connector

PASSWORD = "correct horse battery"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password on standard input, with a line end as a shell leaves it."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\r\n"))


def again(monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))


def test_a_login_is_added_listed_and_removed(
    connector: Connector, ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    again(monkeypatch)
    added = connector("user", "add", "Ann", "--role", "admin", "--json")
    assert (added.status, added.document) == (0, {"user": "ann", "role": "admin"})
    listed = connector("user", "list", "--json").document["users"]
    assert [(row["user"], row["role"], row["last_login_at"]) for row in listed] == [("ann", "admin", None)]
    assert "ann" in connector("user", "list").out
    again(monkeypatch)
    assert connector("user", "add", "ben", "--role", "viewer").out.startswith("ben may log in")
    assert connector("user", "role", "ben", "--role", "operator").status == 0
    again(monkeypatch, "another password")
    assert connector("user", "password", "ben").out.startswith("ben has a new password")
    assert connector("user", "remove", "ben", "--json").document == {"user": "ben", "removed": True}
    trail = ledger.read(audit.newest_first)
    assert [row.action for row in reversed(trail)] == [
        "user.add",
        "user.add",
        "user.role",
        "user.password",
        "user.remove",
    ]
    assert all(row.user_name.endswith(" (command)") for row in trail)
    said = " ".join(f"{row.subject} {row.detail}" for row in trail)
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("user", "add", "ann", "--role", "king"), "'king' is not one of"),
        (("user", "add", "ann"), "--role"),
        (("user", "add", "a b", "--role", "admin"), "A login's name is"),
        (("user", "add", "ann", "--role", "viewer"), "The first login has to be an admin"),
        (("user", "password", "zoe"), "There is no login named 'zoe'"),
        (("user", "remove", "zoe"), "There is no login named 'zoe'"),
        (("user", "role", "zoe", "--role", "admin"), "There is no login named 'zoe'"),
    ],
)
@pytest.mark.usefixtures("typed")
def test_what_cannot_be_is_one_line(connector: Connector, words: tuple[str, ...], said: str) -> None:
    assert said in connector(*words).refusal


@pytest.mark.parametrize("password", ["", "tiny", "x" * 1025])
def test_a_password_that_is_too_short_or_too_long_is_refused(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    again(monkeypatch, password)
    assert "The password is too" in connector("user", "add", "ann", "--role", "admin").refusal
    again(monkeypatch, password)
    refused = connector("password-hash").refusal
    assert not password or password not in refused


@pytest.mark.usefixtures("typed")
def test_a_second_login_of_the_same_name_is_refused(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector("user", "add", "ann", "--role", "admin")
    again(monkeypatch)
    assert "already" in connector("user", "add", "ANN", "--role", "admin").refusal


@pytest.mark.usefixtures("typed")
def test_the_last_admin_stays_and_the_last_login_may_go(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector("user", "add", "ann", "--role", "admin")
    again(monkeypatch)
    connector("user", "add", "ben", "--role", "viewer")
    assert "ann is the last admin" in connector("user", "remove", "ann").refusal
    assert "ann is the last admin" in connector("user", "role", "ann", "--role", "viewer").refusal
    assert connector("user", "remove", "ben").status == 0
    assert connector("user", "remove", "ann").status == 0
    assert "There is no login yet" in connector("user", "list").out


@pytest.mark.usefixtures("typed")
def test_password_hash_prints_one_that_fits_and_nothing_else(
    connector: Connector, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = connector("password-hash")
    assert printed.status == 0
    lines = printed.out.splitlines()
    assert len(lines) == 1
    assert is_right(PASSWORD, lines[0])
    monkeypatch.setenv("CONNECTOR_CONSOLE_PASSWORD_HASH", lines[0])
    assert connector("user", "list").status == 0


@pytest.mark.parametrize("value", ["secret", "$argon2id$v=19", "$2b$12$abcdefghijklmnopqrstuv"])
def test_what_is_no_hash_is_refused_by_its_name_alone(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CONNECTOR_CONSOLE_PASSWORD_HASH", value)
    refusal = connector("user", "list").refusal
    assert "CONNECTOR_CONSOLE_PASSWORD_HASH is not an Argon2 hash" in refusal
    assert value not in refusal


@pytest.mark.parametrize(
    "value", ["example.com", "https://", "https://x/y", "ftp://x", "https://x?y", "https://u:p@x"]
)
def test_a_public_address_that_is_none_is_refused(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CONNECTOR_PUBLIC_URL", value)
    assert "CONNECTOR_PUBLIC_URL is not an address such as" in connector("user", "list").refusal

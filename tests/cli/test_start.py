"""The command as a process of its own: it starts light, and its help and errors are tidy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connector.cli.reference import PAGE, page
from connector.ledger.database import Database
from tests.cli.conftest import add_store, order

HEAVY = (
    "prefect",
    "pandas",
    "great_expectations",
    "httpx",
    "fastapi",
    "graphql",
    "connector.sandbox",
    "alembic",
)


def _command(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "connector.cli", *words],
        env={**os.environ, "COLUMNS": "100", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("words", ["orders list", "store list", "orders list --json"])
def test_listing_imports_nothing_heavy(words: str, sqlite_url: str) -> None:
    program = (
        "import sys\n"
        "from connector.cli.main import run\n"
        f"assert run({words.split()!r}) == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "CONNECTOR_DATABASE_URL": sqlite_url},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert ran.stderr.strip() == "[]"


@pytest.mark.parametrize("words", [("--help",), ("orders", "list", "--help"), ("sync", "--help")])
def test_help_is_help(words: tuple[str, ...]) -> None:
    ran = _command(*words)
    assert ran.returncode == 0
    assert "Usage: connector" in ran.stdout
    assert ran.stderr == ""


def test_a_refusal_is_one_line_and_status_two(tmp_path: Path) -> None:
    ran = _command("store", "add", "--file", "-", CONNECTOR_DATABASE_URL=f"sqlite:///{tmp_path}/c.db")
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.splitlines() == [
        "connector: The store file from standard input cannot be used: name is missing; tiktok is missing; "
        "shopify is missing."
    ]


def test_a_first_command_makes_the_database_and_its_key(tmp_path: Path) -> None:
    ran = _command("orders", "list", "--json", CONNECTOR_DATABASE_URL=f"sqlite:///{tmp_path}/c.db")
    assert ran.returncode == 0
    assert ran.stderr == ""
    for name in ("c.db", "connector.key"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


def test_a_key_file_that_holds_no_key_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "connector.key").write_text("not a key")
    ran = _command("orders", "list", CONNECTOR_DATABASE_URL=f"sqlite:///{tmp_path}/c.db")
    assert ran.returncode == 2
    assert len(ran.stderr.splitlines()) == 1
    assert "connector.key" in ran.stderr


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/c.db"
    assert "is at revision" in _command("db", "upgrade", CONNECTOR_DATABASE_URL=url).stdout
    assert "Nothing to do" in _command("db", "upgrade", CONNECTOR_DATABASE_URL=url).stdout


def test_secret_keys_are_fresh_and_usable(tmp_path: Path) -> None:
    first, second = (_command("secret-key").stdout.strip() for _ in range(2))
    assert first != second
    url = f"sqlite:///{tmp_path}/c.db"
    listed = _command("store", "list", CONNECTOR_DATABASE_URL=url, CONNECTOR_SECRET_KEY=f"{first},{second}")
    assert listed.returncode == 0
    assert not (tmp_path / "connector.key").exists()


def test_a_full_disk_is_one_line(sqlite_url: str) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "connector.cli", "store", "list"],
            # Unbuffered, nothing would be left that Python writes, and that is refused, when it ends.
            env={**os.environ, "CONNECTOR_DATABASE_URL": sqlite_url, "PYTHONUNBUFFERED": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert ran.returncode == 2
    assert ran.stderr.splitlines() == ["connector: the system refused: No space left on device."]


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m connector.cli.reference"


def _connect(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    add_store(database, "uk", sqlite_url)
    database.dispose()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PREFECT_HOME": "/proc/prefect", "PREFECT_API_URL": ""}, "Prefect cannot write to /proc/prefect"),
        ({"PREFECT_API_URL": "http://127.0.0.1:1/api"}, "The Prefect server does not answer"),
        (
            {"PREFECT_API_URL": "", "PREFECT_SERVER_EPHEMERAL_ENABLED": "false"},
            "No Prefect server can be used",
        ),
    ],
)
def test_a_prefect_that_cannot_work_is_one_line(
    sqlite_url: str, tmp_path: Path, environment: dict[str, str], said: str
) -> None:
    _connect(sqlite_url)
    fresh = {"HOME": str(tmp_path), "PREFECT_HOME": str(tmp_path), "CONNECTOR_DATABASE_URL": sqlite_url}
    ran = _command("complete", **{**fresh, **environment})
    assert (ran.returncode, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    assert said in line


def test_a_terminal_without_unicode_shows_what_it_can(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    add_store(database, "uk", sqlite_url).fetch(order("5700000000000000001", name="Víctor"))
    database.dispose()
    ran = _command("orders", "list", CONNECTOR_DATABASE_URL=sqlite_url, PYTHONIOENCODING="ascii")
    assert ran.returncode == 0
    assert "5700000000000000001" in ran.stdout


def test_a_closed_standard_output_is_one_line(sqlite_url: str) -> None:
    ran = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m connector.cli orders list --json >&-"],
        env={**os.environ, "CONNECTOR_DATABASE_URL": sqlite_url},
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (2, "connector: standard output is closed.\n")


def test_ctrl_c_while_the_command_is_being_loaded_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt")
    ran = _command("orders", "list", PYTHONPATH=str(tmp_path))
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "connector: stopped.\n")


_SERVER_THAT_IS_INTERRUPTED = """
import os, signal, sys

def ctrl_c():
    os.kill(os.getppid(), signal.SIGINT)
    os._exit(0)

if __name__ == "__main__":
    if os.environ["ENDS"] == "before it answers":
        ctrl_c()
    from http.server import BaseHTTPRequestHandler, HTTPServer

    class Server(BaseHTTPRequestHandler):
        def do_GET(self):
            if not self.path.endswith("/health"):
                ctrl_c()
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET
        log_message = log_request = lambda *_: None

    HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Server).serve_forever()
else:
    sys.path.remove(os.path.dirname(__file__))
    del sys.modules["uvicorn"]
    import uvicorn
"""


@pytest.mark.parametrize("ends", ["before it answers", "when it is told of the run"])
def test_ctrl_c_ends_a_run_and_the_prefect_server_that_it_started(
    sqlite_url: str, tmp_path: Path, ends: str
) -> None:
    """Ctrl-C at a terminal reaches both; nothing waits for the answer of a server that is gone."""
    _connect(sqlite_url)
    (tmp_path / "uvicorn.py").write_text(_SERVER_THAT_IS_INTERRUPTED)
    fresh = {"PREFECT_HOME": str(tmp_path / "prefect"), "PREFECT_API_URL": "", "PYTHONPATH": str(tmp_path)}
    ran = _command("complete", CONNECTOR_DATABASE_URL=sqlite_url, HOME=str(tmp_path), ENDS=ends, **fresh)
    assert (ran.returncode, ran.stdout) == (130, "")
    (line,) = ran.stderr.splitlines()
    assert line.startswith("connector: stopped;")

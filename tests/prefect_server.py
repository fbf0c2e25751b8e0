"""Fixture of a real Prefect server, one for the session, with the settings that `deployments/` ships."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

T = TypeVar("T")

DEPLOYMENTS = Path(__file__).parents[1] / "deployments"
_PATIENCE = 240.0
_STILL = 10
"""Looks, a tenth of a second apart, at which nothing has changed."""
_TERMINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def settings_of(file: Path) -> dict[str, str]:
    """The variables of an environment file."""
    lines = (line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def eventually(look: Callable[[], T | None], what: str, *, patience: float = _PATIENCE) -> T:
    """What `look` gives as soon as it gives something: another process takes its time."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        threading.Event().wait(0.1)
    raise AssertionError(f"not within {patience:.0f} s: {what}")


@dataclass(frozen=True)
class PrefectServer:
    """A running Prefect server on an SQLite file of its own."""

    api_url: str
    home: Path
    http: httpx.Client

    @property
    def environment(self) -> dict[str, str]:
        """What a process on a worker's machine finds in its environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
        worker = settings_of(DEPLOYMENTS / "worker.env")
        return {**kept, **worker, "PREFECT_API_URL": self.api_url, "PREFECT_HOME": str(self.home / "worker")}

    def get(self, path: str) -> Any:
        """An object of the API."""
        return self.http.get(path).raise_for_status().json()

    def post(self, path: str, **body: Any) -> Any:
        """An answer of the API to a filter or a command."""
        answer = self.http.post(path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    def task_runs(self, flow_run_id: object, *, last: str) -> list[dict[str, Any]]:
        """The task runs of a flow run that has ended, as soon as the server has recorded the end of each.

        The server hears of them by and by: `last` is the name of the task run that must not be missing, and
        no other may have come for a while.
        """
        chosen = {"id": {"any_": [str(flow_run_id)]}}
        counts: list[int] = []

        def recorded() -> list[dict[str, Any]] | None:
            runs = self.post(
                "/task_runs/filter", flow_runs=chosen, limit=200, sort="EXPECTED_START_TIME_DESC"
            )
            counts.append(len(runs))
            complete = last in {run["name"] for run in runs} and counts[-_STILL:] == [len(runs)] * _STILL
            return runs if complete and all(run["state_type"] in _TERMINAL for run in runs) else None

        return eventually(recorded, f"the task runs of flow run {flow_run_id} are recorded")

    def everything(self) -> str:
        """All that the server keeps, as text: every row of every table of its database."""
        with closing(sqlite3.connect(f"file:{self.home / 'prefect.db'}?mode=ro", uri=True)) as database:
            names = [
                name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            rows = (row for name in names for row in database.execute(f'SELECT * FROM "{name}"'))  # noqa: S608
            return "\n".join(json.dumps(row, ensure_ascii=False, default=repr) for row in rows)


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    """A Prefect server that answers; started once, as a process, because that takes a quarter of a minute."""
    home = tmp_path_factory.mktemp("prefect")
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    own = {
        **settings_of(DEPLOYMENTS / "prefect-server.env"),
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    log = home / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)],
            env={**kept, **own},
            cwd=home,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    api_url = f"http://127.0.0.1:{port}/api"
    with httpx.Client(base_url=api_url, timeout=30) as http:
        try:
            eventually(lambda: _answers(http, process), f"the Prefect server answers; see {log}")
            yield PrefectServer(api_url, home, http)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _answers(http: httpx.Client, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the Prefect server has ended"
    try:
        return http.get("/health").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False

"""The scheduled flows: a process beside the console that keeps the deployments and runs what is due."""

import os
import socket
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import make_url

from connector.serving.children import Child
from connector.serving.files import environment_file
from connector.serving.prefect_server import prefect_home
from connector.settings import Settings

WORKER_NAME = "CONNECTOR_SERVE_WORKER"
PATIENCE = "CONNECTOR_SERVE_PATIENCE"
"""Variables that tell the process how Prefect's pages call it, and how long runs may go on at the end."""

_RUNS_MAY_GO_ON = 20
"""Seconds that runs under way have to end when the process is told to stop."""
_TO_LEAVE = 15
"""Seconds more for it to say goodbye to Prefect's server."""
_QUIET = {
    # Runs tell Prefect's server what they do; their lines would only break up the log of this process.
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",
    # Lines of ours outside of a run belong into that log alone.
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_CLI_PROMPT": "false",
}


def schedule(command: Sequence[str], settings: Settings, *, api_url: str, port: int) -> Child:
    """The process that `command` starts, with all that it and the runs it starts need in its environment.

    Runs work in folders of their own: an SQLite file and the data docs are named by their full paths.
    """
    needed = {
        "PREFECT_API_URL": api_url,
        "CONNECTOR_DATABASE_URL": _absolute(settings.database_url),
        WORKER_NAME: f"serve-{socket.gethostname()}-{port}",
        PATIENCE: str(_RUNS_MAY_GO_ON),
    }
    if settings.secret_key:
        needed["CONNECTOR_SECRET_KEY"] = settings.secret_key
    if settings.data_docs:
        needed["CONNECTOR_DATA_DOCS"] = str(settings.data_docs.absolute())
    return Child(
        "the schedule",
        command,
        environment={**environment_file("worker.env"), **_QUIET, **os.environ, **needed},
        folder=prefect_home(),
        patience=_RUNS_MAY_GO_ON + _TO_LEAVE,
    )


def _absolute(database_url: str) -> str:
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return database_url
    return url.set(database=str(Path(url.database).absolute())).render_as_string(hide_password=False)

"""Runs a flow in this process, quietly, with progress on standard error when it is a terminal."""

import asyncio
import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connector.cli.interruption import leave_at_once, until_stopped
from connector.errors import ConfigurationError, ConnectorError

_QUIET = {
    # A first start migrates Prefect's own database: close to the default of 20 s, more on a busy machine.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    # A failed run is told in the document; Prefect's own lines about it would only repeat it.
    "PREFECT_LOGGING_LOGGERS_PREFECT_FLOW_RUNS_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_LOGGERS_PREFECT_TASK_RUNS_LEVEL": "CRITICAL",
    # Prefect's own server writes to this standard error too: what it and the libraries below it say of their
    # housekeeping, with tracebacks, is nothing that who runs a command can do anything about.
    "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_ROOT_LEVEL": "CRITICAL",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}
_FAILURE = (
    "Prefect could not finish the run ({kind}); what was done is kept; running it again goes on from there."
)


def run_flow(name: str, **params: Any) -> dict[str, Any]:
    """The JSON document of one run of the flow of that name (its module in `flows` is called the same).

    Raises the ConnectorError that ended the run, if one did. Standard output stays the caller's.
    """
    from connector.cli.progress import watching
    from connector.services import progress

    _keep_quiet()
    _require_prefect_home()
    with _stdout_kept_clean():
        _reach_prefect()
        with watching() as watcher, progress.use(watcher):
            flow = getattr(importlib.import_module(f"flows.{name}"), name)
            try:
                return asyncio.run(_document(flow, params))
            except KeyboardInterrupt:
                if prefect_api_url() is None:
                    leave_at_once()
                raise


def prefect_api_url() -> str | None:
    """The Prefect server that runs report to, from the environment or the active profile; None: their own."""
    _keep_quiet()
    from prefect.settings import PREFECT_API_URL

    return PREFECT_API_URL.value() or None


def _keep_quiet() -> None:
    for variable, value in _QUIET.items():
        os.environ.setdefault(variable, value)


def _require_prefect_home() -> None:
    """A server of the run's own keeps a database in Prefect's folder; where it cannot, it dies at length."""
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
    if os.environ.get("PREFECT_API_URL") or (home / "profiles.toml").exists():
        return
    try:
        home.mkdir(parents=True, exist_ok=True)
        writable = os.access(home, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise ConfigurationError(
            f"Prefect cannot write to {home}: set PREFECT_HOME to a folder that this user may write to."
        )


def _reach_prefect() -> None:
    """Start the run's own Prefect server if it needs one, before the event loop does.

    Prefect waits for it without a pause in which the loop could act: a Ctrl-C would be heard minutes later.
    Raises ConfigurationError when there is no server and none can be started.
    """
    from prefect.client.orchestration import get_client

    try:
        get_client(sync_client=True)
    except ValueError as error:
        raise ConfigurationError(
            "No Prefect server can be used: set PREFECT_API_URL to the address of one, or unset it and leave "
            "PREFECT_SERVER_EPHEMERAL_ENABLED on."
        ) from error
    except RuntimeError as error:
        raise ConfigurationError(
            "Prefect's own server did not start: set PREFECT_HOME to a fresh folder, or PREFECT_API_URL to a "
            "server that runs."
        ) from error


async def _document(flow: Any, params: Mapping[str, Any]) -> dict[str, Any]:
    """A failed run still hands over its document: a store's failure must not hide the others' figures."""
    try:
        state = await until_stopped(flow(**params, return_state=True))
    except RuntimeError as error:
        if "reach API" not in str(error):
            raise
        raise ConfigurationError(
            "The Prefect server does not answer: check PREFECT_API_URL, or unset it to do without one."
        ) from error
    found = await state.aresult(raise_on_failure=False)
    if isinstance(found, dict):
        return found
    if isinstance(found, ConnectorError):
        raise found
    if isinstance(found, KeyboardInterrupt):
        raise KeyboardInterrupt
    raise ConnectorError(_FAILURE.format(kind=type(found).__name__))


@contextmanager
def _stdout_kept_clean() -> Iterator[None]:
    """Whatever libraries and Prefect's own server print goes to standard error: stdout is the document's."""
    sys.stdout.flush()
    kept, descriptor = sys.stdout, os.dup(1)
    sys.stdout = sys.stderr
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout = kept
        os.dup2(descriptor, 1)
        os.close(descriptor)

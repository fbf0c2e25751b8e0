"""Prefect's server as a process of ours, for an installation that names no other."""

import fcntl
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from connector.errors import ConfigurationError
from connector.serving.address import free_port
from connector.serving.children import Child
from connector.serving.files import environment_file

_USUAL_PORT = 4200
_PATIENCE = 10.0
_LOCK = "connector-serve.lock"
_LOG = "connector-serve-prefect.log"
_QUIET = {
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "DO_NOT_TRACK": "1",
}


@dataclass(frozen=True, slots=True)
class OwnServer:
    """Where our Prefect server answers, and what keeps it running; `lock` is held as long as we live."""

    api_url: str
    child: Child
    lock: IO[str]


def prefect_home() -> Path:
    """Prefect's folder, made if need be; raises ConfigurationError when it cannot be written to."""
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser().absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        writable = os.access(home, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise ConfigurationError(
            f"Prefect cannot write to {home}: set PREFECT_HOME to a folder that this user may write to."
        )
    return home


def own_server() -> OwnServer:
    """A server on 127.0.0.1, port 4200 or a free one, with its database in Prefect's folder.

    Raises ConfigurationError when the folder cannot be used, or another `connector serve` uses it.
    """
    home = prefect_home()
    lock = _locked(home)
    port = free_port(_USUAL_PORT)
    # What the environment says of the server counts more than what we would have set.
    environment = {
        **_QUIET,
        **environment_file("prefect-server.env"),
        **os.environ,
        "PREFECT_HOME": str(home),
    }
    environment.pop("PREFECT_API_URL", None)
    child = Child(
        "Prefect's server",
        (sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)),
        environment=environment,
        folder=home,
        patience=_PATIENCE,
        log=home / _LOG,
    )
    return OwnServer(f"http://127.0.0.1:{port}/api", child, lock)


def _locked(home: Path) -> IO[str]:
    """Two servers on one database would each start every scheduled run, for whichever ledger comes first."""
    file = (home / _LOCK).open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise ConfigurationError(
            f"Another connector serve keeps its Prefect server in {home}: set PREFECT_HOME to another "
            "folder, or PREFECT_API_URL to a server that both shall use."
        ) from None
    return file

"""The demo's own world: sandbox platforms in this process, and the real product on them in a fresh folder."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from connector import runtime as runtimes
from connector.cli.flow_runs import run_flow
from connector.errors import ConfigurationError
from connector.runtime import Runtime
from connector.sandbox.scenario import Scenario, demo_scenario
from connector.services.connect import connect_store
from connector.settings import Settings
from connector.store_file import read_store_file

FOLDER = Path("connector-demo")
_DATABASE = "demo.db"
_MADE = (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", "connector.key", "us.toml", "uk.toml")


class Stage:
    """Everything of one demo; runs are flows like any other, on the sandbox's clock."""

    def __init__(self, folder: Path, scenario: Scenario, runtime: Runtime) -> None:
        self.folder = folder
        self.scenario = scenario
        self.runtime = runtime

    @property
    def database_url(self) -> str:
        """Where the demo's orders are, for a look around."""
        return self.runtime.settings.database_url

    @property
    def now(self) -> datetime:
        """The instant it is in the demo's world."""
        return self.scenario.clock.now()

    def connect(self) -> list[str]:
        """Connect each pair of shops by its store file, as a person would; gives their names."""
        names = sorted(self.scenario.platforms.pairs)
        for name in names:
            file = self.folder / f"{name}.toml"
            file.write_text(self.scenario.store_file(name), encoding="utf-8")
            asyncio.run(connect_store(self.runtime, read_store_file(str(file)), check=True))
        return names

    def run(self, flow: str, **params: Any) -> dict[str, Any]:
        """One run of a flow over both stores; gives its document."""
        with runtimes.use(self.runtime):
            return run_flow(flow, stores=None, **params)

    def let_time_pass(self, step: timedelta) -> int:
        """Orders move on by themselves meanwhile, and new ones come in; gives how many changes there were."""
        return self.scenario.tick(step)


@contextmanager
def open_stage() -> Iterator[Stage]:
    """Set the stage in ./connector-demo, made anew; the platforms stop when the block ends.

    Raises ConfigurationError when the folder cannot be made.
    """
    folder = _fresh_folder()
    scenario = demo_scenario()
    server = scenario.platforms.serve()
    try:
        runtime = Runtime.open(_settings(folder), scenario.clock)
        try:
            yield Stage(folder, scenario, runtime)
        finally:
            runtime.close()
    finally:
        server.stop()


def _fresh_folder() -> Path:
    folder = FOLDER.absolute()
    try:
        folder.mkdir(exist_ok=True)
        for name in _MADE:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"The demo cannot use the folder {folder}: {error.strerror}.") from None
    return folder


def _settings(folder: Path) -> Settings:
    """The demo keeps to its own database and key, whatever the environment names."""
    os.environ.pop("CONNECTOR_SECRET_KEY", None)
    url = f"sqlite:///{folder / _DATABASE}"
    os.environ["CONNECTOR_DATABASE_URL"] = url
    return Settings(database_url=url)

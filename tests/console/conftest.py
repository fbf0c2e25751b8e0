"""The console's real application over a real database, and browsers to visit it with."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from connector.console.app import create_app
from connector.console.options import ConsoleOptions
from connector.ledger import audit, users
from connector.ledger.audit import AuditRow
from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.clock import SandboxClock
from connector.settings import Settings
from models.role import Role
from tests.console.browser import Browser

T = TypeVar("T")
PASSWORD = "correct horse battery"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""Made to be checked quickly: a hash says itself how much work it is."""
BEHIND_TLS = "https://console.example"

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what does not depend on the kind of database, to keep the suite short."""


@dataclass
class Console:
    """A console and everything around it."""

    runtime: Runtime
    app: FastAPI
    clock: SandboxClock
    base_url: str
    _runner: asyncio.Runner = field(default_factory=asyncio.Runner)
    _browsers: list[Browser] = field(default_factory=list)

    def browser(self, address: str = "127.0.0.1") -> Browser:
        """Somebody new, who has not logged in."""
        made = Browser(self.app, self._runner, base_url=self.base_url, address=address)
        self._browsers.append(made)
        return made

    def add(self, name: str, role: Role = Role.ADMIN) -> None:
        """Add a login with the password of all tests."""
        given = {"name": name, "role": role, "password_hash": PASSWORD_HASH, "now": self.clock.now()}
        self.runtime.database.call(users.add_user, **given)

    def visitor(self, name: str) -> Browser:
        """Somebody who has logged in."""
        browser = self.browser()
        answer = browser.log_in(name, PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser

    def wait(self, **step: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**step))

    def audited(self) -> list[AuditRow]:
        """The audit trail, newest first."""
        return self.runtime.database.read(audit.newest_first)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something in the event loop that the console lives in."""
        return self._runner.run(work)

    def close(self) -> None:
        """Everybody leaves."""
        for browser in self._browsers:
            browser.close()
        self._runner.close()


OpenConsole = Callable[..., Console]


@pytest.fixture
def open_console(database_url: str, sandbox_clock: SandboxClock) -> Iterator[OpenConsole]:
    """Opens a console; options as `ConsoleOptions` has them, settings as `Settings` has them."""
    opened: list[Console] = []

    def make(
        *,
        login_required: bool = True,
        public_url: str | None = None,
        allowed_hosts: tuple[str, ...] = (),
        **settings: Any,
    ) -> Console:
        given = {"database_url": database_url, "secret_key": new_secret_key(), **settings}
        runtime = Runtime.open(Settings(**given), clock=sandbox_clock)
        options = ConsoleOptions(login_required, public_url, None, allowed_hosts)
        app = create_app(runtime, options)
        opened.append(Console(runtime, app, sandbox_clock, public_url or "http://localhost:8080"))
        return opened[-1]

    yield make
    for console in opened:
        console.close()
        console.runtime.close()


@pytest.fixture
def console(open_console: OpenConsole) -> Console:
    """A console that takes a login, with an admin, an operator and a viewer."""
    made = open_console()
    for name, role in (("ann", Role.ADMIN), ("ben", Role.OPERATOR), ("vic", Role.VIEWER)):
        made.add(name, role)
    return made

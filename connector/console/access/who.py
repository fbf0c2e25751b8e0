"""Who asks, and whether they may: the annotations that route functions take their visitor with."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends
from starlette.requests import Request

from connector.console.access import cookies, sessions
from connector.console.access.logins import login_configured
from connector.console.options import ConsoleOptions
from connector.runtime import Runtime
from models.role import Role

__all__ = ["Admin", "LoginRequired", "Operator", "Person", "Role", "RoleTooLow", "Viewer", "identify"]

_RANK = {Role.VIEWER: 0, Role.OPERATOR: 1, Role.ADMIN: 2}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the console."""

    name: str
    role: Role

    def may(self, role: Role | str) -> bool:
        """Whether they may do what that role may; each role may what the one before it may."""
        return _RANK[self.role] >= _RANK[Role(role)]


LOCAL = Person("local", Role.ADMIN)
"""The visitor of a console on loopback with no login configured."""


class LoginRequired(Exception):
    """The visitor has no session; `next_path` is where they wanted to go."""

    def __init__(self, next_path: str | None) -> None:
        super().__init__("Log in first.")
        self.next_path = next_path

    @property
    def login_path(self) -> str:
        """The login page that leads back to where they wanted to go."""
        return f"/login?next={quote(self.next_path, safe='')}" if self.next_path else "/login"


class RoleTooLow(Exception):
    """The visitor's role does not reach; `needed` is the lowest that does."""

    def __init__(self, needed: Role) -> None:
        super().__init__(f"This takes the role {needed}.")
        self.needed = needed


def identify(request: Request) -> Person | None:
    """The visitor, read from their session once per request; None without a session that holds.

    Reads the database: not for the event loop.
    """
    if not hasattr(request.state, "person"):
        request.state.person = _read(request)
    person: Person | None = request.state.person
    return person


def _read(request: Request) -> Person | None:
    options: ConsoleOptions = request.app.state.options
    runtime: Runtime = request.app.state.runtime
    if not options.login_required and not login_configured(runtime):
        return LOCAL
    token = cookies.session_token(request)
    if not token:
        return None
    found = sessions.resume(runtime, token)
    return None if found is None else Person(found.name, found.role)


def _at_least(role: Role) -> Callable[[Request], Person]:
    def visitor(request: Request) -> Person:
        person = identify(request)
        if person is None:
            raise LoginRequired(_wanted(request))
        if not person.may(role):
            raise RoleTooLow(role)
        return person

    return visitor


def _wanted(request: Request) -> str | None:
    if request.method not in {"GET", "HEAD"} or request.url.path == "/":
        return f"/?{request.url.query}" if request.method == "GET" and request.url.query else None
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


Viewer = Annotated[Person, Depends(_at_least(Role.VIEWER))]
Operator = Annotated[Person, Depends(_at_least(Role.OPERATOR))]
Admin = Annotated[Person, Depends(_at_least(Role.ADMIN))]

"""`/login` and `/logout`."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from connector.console import page
from connector.console.access import cookies, sessions, throttle
from connector.console.access.logins import Login, find_login
from connector.console.access.passwords import is_right
from connector.console.access.who import identify
from connector.ledger import audit, users
from connector.runtime import Runtime

router = APIRouter()

_REFUSED = "The name or the password is not right."
_NOBODY = "unknown"


@router.get("/login")
def login_page(request: Request, next: str = "") -> Response:  # noqa: A002 - the name in the address
    """The form; somebody who is logged in goes on."""
    if identify(request) is not None:
        return RedirectResponse(local_path(next), 303)
    return page.render(request, "login.html", next_path=next, name="", problem=None)


@router.post("/login")
def log_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=2000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "",  # noqa: A002 - the field's name
) -> Response:
    """Check a password and start a session; slow on purpose after a few failures."""
    runtime = page.runtime_of(request)
    address, asked = throttle.address_of(request), name.strip().lower()
    attempt, wait = throttle.count(runtime, name=asked, address=address)
    if wait:
        problem = f"Too many failed logins; try again in {_in_words(wait)}."
        refused = _again(request, asked, next, problem, 429)
        refused.headers["Retry-After"] = str(wait)
        return refused
    login = find_login(runtime, asked)
    if not is_right(password, login.password_hash if login else None) or login is None:
        _note(runtime, login.name if login else _NOBODY, "login.failed", address)
        return _again(request, asked, next, _REFUSED, 401)
    throttle.forgive(runtime, attempt)
    return _enter(request, login, local_path(next), address)


def _enter(request: Request, login: Login, path: str, address: str) -> Response:
    runtime = page.runtime_of(request)
    left = cookies.session_token(request)
    if left:
        sessions.end(runtime, left)
    token = sessions.begin(runtime, login)
    runtime.database.call(users.note_login, name=login.name, now=runtime.clock.now())
    _note(runtime, login.name, "login", address)
    response = RedirectResponse(path, 303)
    cookies.set_session(request, response, token, seconds=int(sessions.ABSOLUTE_END.total_seconds()))
    return response


@router.post("/logout")
def log_out(request: Request) -> Response:
    """End the session, here and in the database."""
    runtime, token = page.runtime_of(request), cookies.session_token(request)
    person = identify(request)
    response = RedirectResponse("/login", 303)
    if token:
        sessions.end(runtime, token)
        cookies.end_session(request, response)
    if token and person is not None:
        _note(runtime, person.name, "logout", throttle.address_of(request))
        page.notice(response, "You are logged out.")
    return response


def local_path(wanted: str) -> str:
    """Where to go after the login: a path of this console, never another site."""
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or not wanted.isprintable():
        return "/"
    return "/" if wanted.partition("?")[0] in {"/login", "/logout"} else wanted


def _again(request: Request, name: str, next_path: str, problem: str, status: int) -> Response:
    return page.render(
        request, "login.html", status=status, next_path=next_path, name=name[:64], problem=problem
    )


def _note(runtime: Runtime, user: str, action: str, address: str) -> None:
    runtime.database.call(
        audit.record, at=runtime.clock.now(), user=user, action=action, detail=f"from {address}"
    )


def _in_words(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"{seconds} seconds" if seconds < 120 else f"{minutes} minutes"

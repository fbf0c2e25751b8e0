"""`/users`: who may log in, and what they may do."""

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.responses import Response

from connector.console import page
from connector.console.access import people
from connector.console.access.logins import SINGLE
from connector.console.access.passwords import SHORTEST
from connector.console.access.who import Admin, Person
from connector.errors import UsageError
from connector.ledger import users
from models.role import Role

router = APIRouter()

Name = Annotated[str, Form(max_length=200)]
Password = Annotated[str, Form(max_length=2000)]

_MEANINGS = {
    Role.VIEWER: "sees everything",
    Role.OPERATOR: "also fetches, retries, maps SKUs, pauses and checks stores",
    Role.ADMIN: "also adds and removes stores and logins, and reads the audit trail",
}


@router.get("/users")
def users_page(request: Request, person: Admin) -> Response:
    """Everybody who may log in, with forms to change that."""
    return _page(request, person)


@router.post("/users")
def add_user(
    request: Request,
    person: Admin,
    name: Name = "",
    role: Annotated[str, Form()] = "",
    password: Password = "",
) -> Response:
    """Let somebody in."""
    try:
        kept = people.add(
            page.runtime_of(request), name=name, role=_role(role), password=password, by=person.name
        )
    except UsageError as error:
        return _page(request, person, problem=str(error), entered=name, entered_role=role, status=400)
    return _back(f"{kept} may log in now, as {role}.")


@router.post("/users/{name}/role")
def change_role(request: Request, person: Admin, name: str, role: Annotated[str, Form()] = "") -> Response:
    """Change what somebody may do."""
    _somebody_else(person, name, "Your own role")
    people.change_role(page.runtime_of(request), name=name, role=_role(role), by=person.name)
    return _back(f"{name} is {role} from the next click on.")


@router.post("/users/{name}/password")
def change_password(request: Request, person: Admin, name: str, password: Password = "") -> Response:
    """Set a new password; its owner has to log in again, here too."""
    people.change_password(page.runtime_of(request), name=name, password=password, by=person.name)
    return _back(f"{name} has a new password and has to log in again everywhere.")


@router.post("/users/{name}/remove")
def remove_user(request: Request, person: Admin, name: str) -> Response:
    """Take a login away."""
    _somebody_else(person, name, "Your own login")
    people.remove(page.runtime_of(request), name=name, by=person.name)
    return _back(f"{name} cannot log in any more.")


def _role(text: str) -> Role:
    try:
        return Role(text)
    except ValueError:
        raise UsageError("Choose a role: viewer, operator or admin.") from None


def _somebody_else(person: Person, name: str, what: str) -> None:
    if person.name == name:
        raise UsageError(f"{what} is for another admin to change, so that nobody locks themselves out.")


def _back(sentence: str) -> Response:
    response = RedirectResponse("/users", 303)
    page.notice(response, sentence)
    return response


def _page(
    request: Request,
    person: Person,
    *,
    problem: str | None = None,
    entered: str = "",
    entered_role: str = "",
    status: int = 200,
) -> Response:
    runtime = page.runtime_of(request)
    rows = runtime.database.read(users.list_users)
    hashed = bool(runtime.settings.console_password_hash)
    return page.render(
        request,
        "users.html",
        status=status,
        users=rows,
        me=person.name,
        roles=_MEANINGS,
        shortest=SHORTEST,
        single=SINGLE if hashed and all(row.name != SINGLE for row in rows) else None,
        problem=problem,
        entered=entered[:64],
        entered_role=entered_role,
    )

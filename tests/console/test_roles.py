"""Each role may what it should, and there is no address that asks for none by mistake."""

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from connector.console.access import who
from models.role import Role
from tests.console.addresses import routes_of
from tests.console.conftest import Console


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


NEEDS = {
    ("GET", "/stores"): Role.VIEWER,
    ("GET", "/stores/uk"): Role.VIEWER,
    ("POST", "/stores"): Role.ADMIN,
    ("GET", "/stores/uk/check"): Role.OPERATOR,
    ("POST", "/stores/uk/pause"): Role.OPERATOR,
    ("POST", "/stores/uk/resume"): Role.OPERATOR,
    ("POST", "/stores/uk/remove"): Role.ADMIN,
    ("POST", "/stores/uk/webhooks"): Role.ADMIN,
    ("GET", "/users"): Role.ADMIN,
    ("POST", "/users"): Role.ADMIN,
    ("POST", "/users/vic/role"): Role.ADMIN,
    ("POST", "/users/vic/password"): Role.ADMIN,
    ("POST", "/users/vic/remove"): Role.ADMIN,
    ("GET", "/audit"): Role.ADMIN,
}
FOR_EVERYBODY = {
    "/static/{name}",
    "/favicon.ico",
    "/login",
    "/logout",
    "/healthz",
    "/readyz",
    "/metrics",
    "/webhooks/tiktok",
    "/webhooks/shopify",
}
NAMES = {Role.VIEWER: "vic", Role.OPERATOR: "ben", Role.ADMIN: "ann"}
RANKS = list(NAMES)


@pytest.mark.parametrize("role", RANKS)
@pytest.mark.parametrize(("address", "needed"), NEEDS.items(), ids=lambda value: str(value))
def test_roles_reach_as_far_as_they_should(
    console: Console, address: tuple[str, str], needed: Role, role: Role
) -> None:
    method, path = address
    browser = console.visitor(NAMES[role])
    answer = browser.get(path) if method == "GET" else browser.post(path)
    if RANKS.index(role) < RANKS.index(needed):
        assert answer.status_code == 403
        assert f"This takes the role {needed}" in answer.text
    else:
        # No store and no complete form: it goes on to that, so the role was enough.
        assert answer.status_code in {200, 303, 400, 404}


@pytest.mark.parametrize(("method", "path"), NEEDS)
def test_a_stranger_is_sent_to_the_login(console: Console, method: str, path: str) -> None:
    browser = console.browser()
    browser.get("/login")
    answer = browser.get(path) if method == "GET" else browser.post(path)
    if method == "GET":
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/login")
    else:
        assert answer.status_code == 401
        assert "nothing was done" in answer.text


def test_every_address_of_the_console_asks_for_a_role(console: Console) -> None:
    open_to_all = {route.path for route in routes_of(console.app) if not any(_roles(route))}
    assert open_to_all == FOR_EVERYBODY


def test_every_unsafe_address_for_viewers_is_listed_here(console: Console) -> None:
    """Whoever may only look changes nothing; an address that is added for viewers has to be looked at."""
    by_viewers = {
        route.path
        for route in routes_of(console.app)
        if route.methods - {"GET", "HEAD"} and Role.VIEWER in set(_roles(route))
    }
    assert by_viewers == set()


def _roles(route: APIRoute) -> Iterator[Role]:
    for role, annotation in (
        (Role.VIEWER, who.Viewer),
        (Role.OPERATOR, who.Operator),
        (Role.ADMIN, who.Admin),
    ):
        wanted = annotation.__metadata__[0].dependency
        if any(each.call is wanted for each in route.dependant.dependencies):
            yield role

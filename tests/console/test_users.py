"""The Users page and the audit trail."""

import re
from datetime import timedelta

import pytest

from connector.ledger import audit, users
from models.role import Role
from tests.console.conftest import PASSWORD, Console, OpenConsole, only_sqlite


def roles(console: Console) -> dict[str, str]:
    return {row.name: row.role.value for row in console.runtime.database.read(users.list_users)}


def test_an_admin_adds_somebody_who_can_log_in(console: Console) -> None:
    browser = console.visitor("ann")
    browser.get("/users")
    page = browser.follow(
        browser.post("/users", {"name": " Zoe@Example.com ", "role": "operator", "password": PASSWORD})
    )
    assert "zoe@example.com may log in now, as operator." in page.text
    assert roles(console)["zoe@example.com"] == "operator"
    assert console.visitor("zoe@example.com").get("/stores").status_code == 200
    row = next(row for row in console.audited() if row.action == "user.add")
    assert (row.user_name, row.subject, row.detail) == ("ann", "zoe@example.com", "as operator")


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": "ben", "role": "viewer", "password": PASSWORD}, "There is a login named ben already"),
        ({"name": "zoe", "role": "viewer", "password": "tiny one"}, "at least 12 characters"),
        ({"name": "zoe", "role": "king", "password": PASSWORD}, "Choose a role"),
        ({"name": "zoe", "password": PASSWORD}, "Choose a role"),
        ({"name": "a b", "role": "viewer", "password": PASSWORD}, "login&#39;s name is"),
        ({"name": "", "role": "viewer", "password": PASSWORD}, "login&#39;s name is"),
        ({"name": "<b>", "role": "viewer", "password": PASSWORD}, "login&#39;s name is"),
        ({"name": "local", "role": "viewer", "password": PASSWORD}, "login&#39;s name is"),
        ({"name": "x" * 65, "role": "viewer", "password": PASSWORD}, "login&#39;s name is"),
    ],
)
@only_sqlite
def test_what_cannot_be_a_login_is_refused_beside_the_form(
    console: Console, form: dict[str, str], said: str
) -> None:
    answer = console.visitor("ann").post("/users", form)
    assert answer.status_code == 400
    assert said in answer.text
    assert form["password"] not in answer.text
    assert set(roles(console)) == {"ann", "ben", "vic"}


def test_a_role_is_changed_from_the_next_click_on(console: Console) -> None:
    ben = console.visitor("ben")
    console.visitor("ann").post("/users/ben/role", {"role": "admin"})
    assert ben.get("/users").status_code == 200


def test_a_password_is_set_and_ends_sessions(console: Console) -> None:
    ben = console.visitor("ben")
    answer = console.visitor("ann").post("/users/ben/password", {"password": "a better password"})
    assert answer.status_code == 303
    assert ben.get("/stores").status_code == 303
    assert console.browser().log_in("ben", "a better password").status_code == 303


@pytest.mark.parametrize("path", ["/users/ann/remove", "/users/ann/role"])
def test_nobody_locks_themselves_out(console: Console, path: str) -> None:
    console.add("amy")
    answer = console.visitor("ann").post(path, {"role": "viewer"})
    assert answer.status_code == 400
    assert "is for another admin to change" in answer.text
    assert roles(console)["ann"] == "admin"


@pytest.mark.parametrize(
    ("path", "form"), [("/users/ann/remove", {}), ("/users/ann/role", {"role": "viewer"})]
)
def test_the_last_admin_stays(open_console: OpenConsole, path: str, form: dict[str, str]) -> None:
    from connector.console.access.passwords import hash_password

    console = open_console(console_password_hash=hash_password(PASSWORD))
    console.add("ann")
    console.add("ben", Role.OPERATOR)
    answer = console.visitor("admin").post(path, form)
    assert answer.status_code == 400
    assert "ann is the last admin" in answer.text
    assert roles(console)["ann"] == "admin"


def test_an_admin_is_removed_when_there_is_another(console: Console) -> None:
    console.add("amy")
    assert console.visitor("ann").post("/users/amy/remove").status_code == 303
    assert set(roles(console)) == {"ann", "ben", "vic"}


@pytest.mark.parametrize("name", ["zoe", "%00", "ben%00", "%ff", "x" * 300])
@pytest.mark.parametrize("action", ["role", "password", "remove"])
def test_nobody_of_that_name_is_one_sentence(console: Console, action: str, name: str) -> None:
    form = {"role": "viewer", "password": PASSWORD}
    answer = console.visitor("ann").post(f"/users/{name}/{action}", form)
    assert answer.status_code == 400
    assert "There is no login named" in answer.text


@only_sqlite
def test_the_first_login_is_an_admin(open_console: OpenConsole) -> None:
    console = open_console(login_required=False)
    browser = console.browser()
    browser.get("/users")
    answer = browser.post("/users", {"name": "vic", "role": "viewer", "password": PASSWORD})
    assert answer.status_code == 400
    assert "The first login has to be an admin" in answer.text


@only_sqlite
def test_no_hash_is_ever_shown(console: Console) -> None:
    browser = console.visitor("ann")
    assert all("argon2" not in browser.get(path).text for path in ("/users", "/audit"))


def test_the_trail_is_read_page_by_page_to_its_end(console: Console) -> None:
    start = console.runtime.clock.now()
    for number in range(230):
        console.runtime.database.call(
            audit.record,
            at=start + timedelta(seconds=number),
            user="ben",
            action="order.retry",
            store="uk",
            subject=f"order-{number}",
        )
    browser = console.visitor("ann")
    seen: list[str] = []
    path: str | None = "/audit"
    while path:
        page = browser.get(path).text
        seen += re.findall(r">order-(\d+)<", page)
        older = re.search(r'href="(/audit\?before=\d+)"', page)
        path = older[1] if older else None
    assert seen == [str(number) for number in reversed(range(230))]


@only_sqlite
@pytest.mark.parametrize("before", ["", "x", "-1", "1e3", "9" * 11, "9" * 40, "٣", "0"])
def test_any_words_in_the_address_of_the_trail_are_a_page(console: Console, before: str) -> None:
    assert console.visitor("ann").get("/audit", params={"before": before}).status_code == 200


@only_sqlite
def test_what_is_in_the_trail_is_text(console: Console) -> None:
    console.runtime.database.call(
        audit.record,
        at=console.runtime.clock.now(),
        user="<i>",
        action="x",
        detail="<script>alert(1)</script>",
    )
    page = console.visitor("ann").get("/audit").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page

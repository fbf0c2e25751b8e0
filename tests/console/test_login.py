"""Logging in and out: what lets people in, what ends a session, and what slows guessing down."""

import re
from datetime import timedelta

import pytest

from connector.console.access import passwords, people, sessions
from connector.console.access.login import local_path
from connector.errors import UsageError
from connector.ledger import sessions as rows
from connector.ledger import users
from connector.ledger.tables import SESSIONS
from models.role import Role
from tests.console.conftest import BEHIND_TLS, PASSWORD, Console, OpenConsole, only_sqlite

SESSION = "connector_session"


def test_the_right_password_opens_the_page_that_was_asked_for(console: Console) -> None:
    browser = console.browser()
    sent_away = browser.get("/stores?x=1")
    assert (sent_away.status_code, sent_away.headers["location"]) == (303, "/login?next=%2Fstores%3Fx%3D1")
    answer = browser.log_in("Ann ", PASSWORD, "/stores?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/stores?x=1")
    page = browser.get("/stores")
    assert page.status_code == 200
    assert "<strong>ann</strong>" in page.text
    assert [row.action for row in console.audited()][:1] == ["login"]


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(console: Console) -> None:
    wrong = console.browser().log_in("ann", "not the password")
    nobody = console.browser().log_in("zoe", "not the password")
    assert wrong.status_code == nobody.status_code == 401

    def shown(text: str) -> str:
        return re.sub(r'value="[^"]*"', "", text)

    assert shown(wrong.text) == shown(nobody.text)
    assert "not the password" not in wrong.text
    # What was typed as a name may be a password: only a name that exists is kept.
    assert [row.user_name for row in console.audited() if row.action == "login.failed"] == ["unknown", "ann"]


@only_sqlite
def test_nobody_takes_as_long_to_be_refused_as_somebody(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    people.change_password(console.runtime, name="ann", password=PASSWORD, by="test")
    hashed: list[str] = []
    hasher = passwords._hasher

    class Counting:
        def verify(self, password_hash: str, password: str) -> bool:
            hashed.append(password_hash)
            return hasher.verify(password_hash, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    console.browser().log_in("ann", "wrong")
    console.browser().log_in("zoe", "wrong")
    assert len(hashed) == 2
    parameters = [each.rsplit("$", 2)[0] for each in hashed]
    assert parameters[0] == parameters[1]


@only_sqlite
def test_the_cookie_holds_a_token_and_the_database_only_its_hash(console: Console) -> None:
    answer = console.browser().log_in("ann", PASSWORD)
    cookie = next(each for each in answer.headers.get_list("set-cookie") if each.startswith(SESSION))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    token = cookie.partition("=")[2].partition(";")[0]
    with console.runtime.database.engine.connect() as connection:
        kept = connection.execute(SESSIONS.select()).one()
    assert token not in str(kept)
    assert len(token) >= 43


@only_sqlite
def test_over_tls_cookies_are_bound_to_the_host_and_to_tls(open_console: OpenConsole) -> None:
    console = open_console(public_url=BEHIND_TLS)
    console.add("ann")
    browser = console.browser()
    answers = [browser.get("/login"), browser.log_in("ann", PASSWORD), browser.post("/logout")]
    cookies = [each for answer in answers for each in answer.headers.get_list("set-cookie")]
    assert any(each.startswith(f"__Host-{SESSION}=") for each in cookies)
    assert all("; Secure" in each for each in cookies)
    assert all(answer.headers["strict-transport-security"] == "max-age=31536000" for answer in answers)


def test_a_session_ends_by_disuse(console: Console) -> None:
    browser = console.visitor("ann")
    for _ in range(3):
        console.wait(hours=11)
        assert browser.get("/users").status_code == 200
    console.wait(hours=12)
    assert browser.get("/users").status_code == 303


def test_a_session_ends_by_age_however_often_it_is_used(console: Console) -> None:
    browser = console.visitor("ann")
    for _ in range(14):
        console.wait(hours=11)
        assert browser.get("/users").status_code == 200
    console.wait(hours=14 * 24 // 2 - 14 * 11)
    assert browser.get("/users").status_code == 303
    assert timedelta(days=7) == sessions.ABSOLUTE_END


def test_logging_out_ends_the_session_for_a_copy_of_the_cookie_too(console: Console) -> None:
    browser = console.visitor("ann")
    token = browser.cookies[SESSION]
    said = browser.follow(browser.post("/logout"))
    assert "You are logged out." in said.text
    assert SESSION not in browser.cookies
    thief = console.browser()
    thief.cookies.set(SESSION, token)
    assert thief.get("/users").status_code == 303
    assert console.audited()[0].action == "logout"


def test_a_new_login_gets_a_new_token_and_ends_the_session_before(console: Console) -> None:
    browser = console.visitor("ann")
    before = browser.cookies[SESSION]
    console.wait(minutes=1)
    browser.post("/login", {"name": "ann", "password": PASSWORD})
    assert browser.cookies[SESSION] != before
    other = console.browser()
    other.cookies.set(SESSION, before)
    assert other.get("/users").status_code == 303


def test_a_token_that_a_stranger_planted_is_not_taken_over(console: Console) -> None:
    browser = console.browser()
    browser.cookies.set(SESSION, "planted", domain="localhost.local", path="/")
    assert browser.log_in("ann", PASSWORD).status_code == 303
    assert [cookie.value == "planted" for cookie in browser.cookies.jar if cookie.name == SESSION] == [False]


def test_a_new_password_ends_every_session(console: Console) -> None:
    at_home, at_work = console.visitor("ben"), console.visitor("ben")
    people.change_password(console.runtime, name="ben", password="another password", by="ann")
    assert at_home.get("/stores").status_code == at_work.get("/stores").status_code == 303
    assert console.browser().log_in("ben", PASSWORD).status_code == 401


def test_a_removed_login_ends_every_session_even_when_the_name_comes_back(console: Console) -> None:
    browser = console.visitor("ben")
    people.remove(console.runtime, name="ben", by="ann")
    assert browser.get("/stores").status_code == 303
    console.add("ben", Role.VIEWER)
    assert browser.get("/stores").status_code == 303


def test_the_role_is_read_at_each_request(console: Console) -> None:
    browser = console.visitor("ben")
    assert browser.get("/users").status_code == 403
    people.change_role(console.runtime, name="ben", role=Role.ADMIN, by="ann")
    assert browser.get("/users").status_code == 200


@only_sqlite
def test_the_single_login_comes_from_the_environment(open_console: OpenConsole) -> None:
    console = open_console(console_password_hash=passwords.hash_password(PASSWORD))
    browser = console.visitor("admin")
    assert browser.get("/users").status_code == 200
    assert console.browser().log_in("admin", "wrong").status_code == 401
    changed = open_console(console_password_hash=passwords.hash_password("another password"))
    other = changed.browser()
    other.cookies.set(SESSION, browser.cookies[SESSION])
    assert other.get("/users").status_code == 303


@only_sqlite
def test_a_login_of_the_database_wins_over_the_single_one(open_console: OpenConsole) -> None:
    console = open_console(console_password_hash=passwords.hash_password("of the environment"))
    console.add("admin", Role.VIEWER)
    assert console.browser().log_in("admin", "of the environment").status_code == 401
    assert console.visitor("admin").get("/users").status_code == 403


def test_failures_under_one_name_make_the_next_try_wait_longer_each_time(console: Console) -> None:
    browser = console.browser()
    for _ in range(5):
        assert browser.log_in("ann", "wrong").status_code == 401
    waits = []
    for _ in range(8):
        refused = browser.log_in("ann", "wrong")
        assert refused.status_code == 429
        assert "Too many failed logins; try again in" in refused.text
        waits.append(int(refused.headers["retry-after"]))
        # Even the right password waits, or guessing would go on.
        assert browser.log_in("ann", PASSWORD).status_code == 429
        console.wait(seconds=waits[-1])
        assert browser.log_in("ann", "wrong").status_code == 401
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900]
    console.wait(seconds=900)
    assert browser.log_in("ann", PASSWORD).status_code == 303
    assert console.browser().log_in("ann", "wrong").status_code == 401


def test_names_nobody_has_wait_too(console: Console) -> None:
    answers = [console.browser().log_in("zoe", "wrong").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_many_names_from_one_address_wait_and_others_do_not(console: Console) -> None:
    answers = [console.browser("198.51.100.7").log_in(f"n{n}", "wrong").status_code for n in range(21)]
    assert answers == [401] * 20 + [429]
    assert console.browser("198.51.100.7").log_in("ann", PASSWORD).status_code == 429
    assert console.browser("198.51.100.8").log_in("ann", PASSWORD).status_code == 303


@only_sqlite
def test_addresses_of_one_ipv6_network_count_as_one(console: Console) -> None:
    answers = [console.browser(f"2001:db8::{n:x}").log_in(f"n{n}", "wrong").status_code for n in range(21)]
    assert answers[-1] == 429
    assert console.browser("2001:db8:0:1::1").log_in("ann", PASSWORD).status_code == 303


def test_good_logins_are_not_counted_against_an_address(console: Console) -> None:
    for _ in range(21):
        assert console.browser().log_in("ann", PASSWORD).status_code == 303


@only_sqlite
@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        " //evil.example",
        "",
        "/login",
        "/login?next=/login",
        "/logout",
    ],
)
def test_the_way_back_is_never_another_site(wanted: str, console: Console) -> None:
    assert local_path(wanted) == "/"
    assert console.browser().log_in("ann", PASSWORD, wanted).headers["location"] == "/"


@only_sqlite
def test_somebody_who_is_logged_in_need_not_log_in(console: Console) -> None:
    answer = console.visitor("ann").get("/login?next=/stores")
    assert (answer.status_code, answer.headers["location"]) == (303, "/stores")


def test_sessions_that_ended_by_age_are_cleared_away(console: Console) -> None:
    console.visitor("ann")
    console.wait(days=8)
    console.visitor("ben")
    with console.runtime.database.engine.connect() as connection:
        assert [row.user_name for row in connection.execute(SESSIONS.select())] == ["ben"]


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 1025])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(UsageError, match=r"at (least 12|most 1024) characters"):
        passwords.hash_password(password)


@only_sqlite
def test_what_is_no_hash_lets_nobody_in(console: Console) -> None:
    console.runtime.database.call(users.set_password, name="ben", password_hash="plain text of old")
    assert console.browser().log_in("ben", "plain text of old").status_code == 401


@pytest.mark.parametrize("name", ["\0", "ann\0", "a" * 201, "ä", "' OR 1=1 --", ""])
def test_any_text_as_a_name_or_password_is_refused_like_any_other(console: Console, name: str) -> None:
    assert console.browser().log_in(name, "pass\0word").status_code in {400, 401}


def test_a_token_of_another_hash_finds_nothing(console: Console) -> None:
    assert console.runtime.database.read(rows.find, token_hash="0" * 64) is None

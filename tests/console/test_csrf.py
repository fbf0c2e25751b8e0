"""Forms are ours: no other site can make a visitor's browser do anything here."""

import pytest

from connector.console.access.form_tokens import token_for
from tests.console.conftest import BEHIND_TLS, PASSWORD, Console, OpenConsole


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


PAUSED = "/users/vic/remove"


def removed(console: Console) -> bool:
    return any(row.action == "user.remove" for row in console.audited())


@pytest.mark.parametrize("token", ["", "x", "0" * 64, "ä", token_for("another session")])
def test_a_form_without_its_token_does_nothing(console: Console, token: str) -> None:
    answer = console.visitor("ann").post(PAUSED, {"csrf_token": token})
    assert answer.status_code == 403
    assert "This form is no longer valid" in answer.text
    assert not removed(console)


def test_the_token_in_a_header_counts(console: Console) -> None:
    browser = console.visitor("ann")
    assert browser.request("POST", PAUSED, headers={"X-CSRF-Token": browser.token}).status_code == 303
    assert removed(console)


def test_the_token_of_one_session_is_none_in_another(console: Console) -> None:
    ann, ben = console.visitor("ann"), console.visitor("ben")
    assert ann.post(PAUSED, {"csrf_token": ben.token}).status_code == 403
    assert not removed(console)


def test_the_token_of_a_visit_is_none_in_the_session_after_it(console: Console) -> None:
    browser = console.browser()
    browser.get("/login")
    of_the_visit = browser.token
    browser.log_in("ann", PASSWORD)
    assert browser.post(PAUSED, {"csrf_token": of_the_visit}).status_code == 403
    assert not removed(console)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_a_request_that_another_site_made_does_nothing(console: Console, headers: dict[str, str]) -> None:
    answer = console.visitor("ann").post(PAUSED, headers=headers)
    assert answer.status_code == 403
    assert "did not come from this console" in answer.text
    assert not removed(console)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost:8080"}],
)
def test_our_own_pages_may(console: Console, headers: dict[str, str]) -> None:
    assert console.visitor("ann").post(PAUSED, headers=headers).status_code == 303


def test_behind_a_proxy_the_public_address_is_ours(open_console: OpenConsole) -> None:
    console = open_console(public_url=BEHIND_TLS)
    console.add("ann")
    console.add("vic")
    browser = console.visitor("ann")
    answer = browser.post(PAUSED, headers={"Host": "127.0.0.1:8080", "Origin": BEHIND_TLS})
    assert answer.status_code == 303


def test_logging_in_takes_a_token_too(console: Console) -> None:
    browser = console.browser()
    answer = browser.post("/login", {"name": "ann", "password": PASSWORD})
    assert answer.status_code == 403
    assert "connector_session" not in browser.cookies


def test_without_a_login_the_local_visitor_is_protected_all_the_same(open_console: OpenConsole) -> None:
    console = open_console(login_required=False)
    browser = console.browser()
    form = {"name": "eve", "role": "admin", "password": PASSWORD}
    assert browser.post("/users", form).status_code == 403
    browser.get("/users")
    assert browser.post("/users", {**form, "csrf_token": "0" * 64}).status_code == 403
    assert browser.post("/users", form).status_code == 303


@pytest.mark.parametrize("path", ["/nothing", "/logout", "/stores", "/login", "/static/console.css"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_check_stands_before_every_address(console: Console, method: str, path: str) -> None:
    assert console.visitor("ann").request(method, path).status_code == 403


def test_the_platforms_are_not_asked_for_a_token(console: Console) -> None:
    answer = console.browser().request("POST", "/webhooks/tiktok", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code != 403


def test_a_body_of_any_size_is_not_read(console: Console) -> None:
    browser = console.visitor("ann")
    answer = browser.request("POST", "/stores", content=b"x" * 2_000_001)
    assert answer.status_code == 413
    assert "larger than 2 MB" in answer.text


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x", b"--x--\r\n"),
        ("application/x-www-form-urlencoded", b"\xff\xfe&&&=%zz"),
        ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(2000))),
        ("application/json", b'{"csrf_token": "x"}'),
        ("text/plain", b""),
        ("", b"csrf_token=x"),
    ],
)
def test_a_body_that_is_no_form_is_refused_with_a_page(console: Console, kind: str, body: bytes) -> None:
    answer = console.visitor("ann").request("POST", "/stores", content=body, headers={"Content-Type": kind})
    assert answer.status_code in {400, 403}
    assert "nothing was done" in answer.text.lower()

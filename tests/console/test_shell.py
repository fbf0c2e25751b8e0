"""What every answer carries, whatever it is, and what failures look like."""

import re
from pathlib import Path

import pytest
from fastapi import APIRouter
from sqlalchemy import create_engine, text

from connector.console.options import (
    LOOPBACK_NAMES,
    ConsoleOptions,
    console_options,
    is_loopback,
    require_login,
)
from connector.errors import ConfigurationError, PlatformError, UsageError
from tests.console.conftest import BEHIND_TLS, PASSWORD, Console, OpenConsole


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


EVERY_ADDRESS = ("/stores", "/login", "/nothing", "/audit", "/static/console.css", "/users", "/favicon.ico")


@pytest.mark.parametrize("path", EVERY_ADDRESS)
def test_every_answer_carries_the_security_headers(console: Console, path: str) -> None:
    for answer in (console.visitor("ann").get(path), console.browser().get(path)):
        policy = dict(
            part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("path", ["/stores", "/login", "/nothing", "/audit", "/users"])
def test_no_cache_keeps_a_page(console: Console, path: str) -> None:
    assert console.visitor("ann").get(path).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/stores", "/login", "/nothing", "/audit", "/users"])
def test_pages_hold_no_inline_script_or_style_and_load_nothing_from_elsewhere(
    console: Console, path: str
) -> None:
    for browser in (console.visitor("ann"), console.browser()):
        page = browser.get(path).text
        assert "<style" not in page
        assert not re.search(r"\sstyle=", page)
        assert not re.search(r"\son[a-z]+=", page)
        assert not re.search(r"<script(?![^>]*\ssrc=)", page)
        assert all(
            address.startswith("/static/") for address in re.findall(r'(?:src|<use href)="([^"]+)"', page)
        )


def test_the_stylesheet_and_the_script_load_nothing_either() -> None:
    folder = Path(__file__).parents[2] / "connector" / "console" / "static"
    for file in folder.iterdir():
        content = file.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|url\(|@import", content), file.name


def test_a_static_file_is_kept_for_good_under_its_own_address(console: Console) -> None:
    browser = console.browser()
    address = re.search(r'href="(/static/console\.css\?v=[0-9a-f]+)"', browser.get("/login").text)
    assert address is not None
    kept = browser.get(address[1])
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-type"].startswith("text/css")
    assert browser.get("/static/console.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "name",
    ["..%2Fapp.py", "%2e%2e%2fapp.py", "nothing.css", "%00.css", ".css", "console.css%2Fx", "a" * 5000],
)
def test_static_gives_nothing_else(console: Console, name: str) -> None:
    assert console.browser().get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json"])
def test_the_framework_shows_no_pages_of_its_own(console: Console, path: str) -> None:
    assert console.visitor("ann").get(path).status_code == 404


def test_over_tls_browsers_are_told_to_stay_there(open_console: OpenConsole) -> None:
    console = open_console(public_url=BEHIND_TLS)
    assert console.browser().get("/login").headers["strict-transport-security"] == "max-age=31536000"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "", "[::2]"])
def test_on_loopback_only_its_own_names_are_answered(open_console: OpenConsole, host: str) -> None:
    console = open_console(login_required=False, allowed_hosts=LOOPBACK_NAMES)
    for path in ("/stores", "/static/console.css", "/healthz"):
        answer = console.browser().get(path, headers={"Host": host})
        assert answer.status_code == 421
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]", "[::1]:8080"])
def test_loopback_answers_under_each_of_its_names(open_console: OpenConsole, host: str) -> None:
    console = open_console(login_required=False, allowed_hosts=LOOPBACK_NAMES)
    assert console.browser().get("/stores", headers={"Host": host}).status_code == 200


def test_the_local_visitor_is_an_admin_until_there_is_a_login(open_console: OpenConsole) -> None:
    console = open_console(login_required=False)
    browser = console.browser()
    page = browser.get("/users")
    assert "<strong>local</strong>" in page.text
    assert "Log out" not in page.text
    browser.post("/users", {"name": "ann", "role": "admin", "password": PASSWORD})
    assert console.audited()[0].user_name == "local"
    assert browser.get("/users").status_code == 303
    assert console.visitor("ann").get("/users").status_code == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "connector.lan", ""])  # noqa: S104
def test_beyond_loopback_a_login_is_demanded(host: str) -> None:
    with pytest.raises(ConfigurationError, match=r"CONNECTOR_CONSOLE_PASSWORD_HASH.*connector user add"):
        require_login(host, public_url=None, login_configured=False)
    assert require_login(host, public_url=None, login_configured=True)


def test_a_public_address_takes_a_login_even_on_loopback() -> None:
    with pytest.raises(ConfigurationError, match=r"console\.example"):
        require_login("127.0.0.1", public_url=BEHIND_TLS, login_configured=False)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.8.8.8"])
def test_loopback_takes_no_login_when_there_is_none(host: str) -> None:
    assert is_loopback(host)
    options = console_options(host, public_url=None, prefect_url=None, login_configured=False)
    assert options == ConsoleOptions(False, None, None, LOOPBACK_NAMES)
    protected = console_options(host, public_url=None, prefect_url=None, login_configured=True)
    assert protected == ConsoleOptions(True, None, None, ())


def test_what_is_not_there_is_a_page_with_the_way_back(console: Console) -> None:
    answer = console.visitor("ann").get("/nothing")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text
    assert "<strong>ann</strong>" in answer.text
    assert "Nothing here" in console.browser().get("/nothing").text


def test_the_wrong_method_is_a_page_too(console: Console) -> None:
    answer = console.visitor("ann").post("/audit")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
    assert "does not take that kind of request" in answer.text


def test_a_client_that_asks_for_json_gets_json(console: Console) -> None:
    wanted = {"Accept": "application/json"}
    assert console.browser().get("/stores", headers=wanted).status_code == 401
    answer = console.visitor("vic").get("/users", headers=wanted)
    assert (answer.status_code, answer.json()) == (
        403,
        {"error": "This takes the role admin; an admin can give it to you on the Users page."},
    )


SECRET = "10 Downing Street"


def broken(console: Console, error: Exception) -> None:
    """Put an address into the console that fails like this."""
    router = APIRouter()

    @router.get("/broken")
    def fail() -> None:
        raise error

    console.app.include_router(router)


def test_an_unforeseen_failure_is_a_page_and_a_log_line_without_its_text(
    console: Console, caplog: pytest.LogCaptureFixture
) -> None:
    broken(console, RuntimeError(SECRET))
    answer = console.visitor("ann").get("/broken")
    assert answer.status_code == 500
    assert "An unforeseen failure" in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "RuntimeError" in caplog.text
    assert "in fail" in caplog.text
    assert SECRET not in answer.text + caplog.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("The cursor <b>cannot</b> be read."), 400),
        (ConfigurationError("The cursor <b>cannot</b> be read."), 400),
        (PlatformError("The cursor <b>cannot</b> be read.", platform="tiktok"), 502),
    ],
)
def test_what_a_user_can_cause_is_one_sentence(console: Console, error: Exception, status: int) -> None:
    broken(console, error)
    answer = console.visitor("ann").get("/broken")
    assert answer.status_code == status
    assert "The cursor &lt;b&gt;cannot&lt;/b&gt; be read." in answer.text


@pytest.mark.parametrize("path", ["/stores", "/users", "/login", "/nothing"])
def test_a_database_that_is_gone_is_a_page_too(console: Console, path: str, sqlite_url: str) -> None:
    browser = console.visitor("ann")
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        for table in ("console_session", "console_user", "store"):
            connection.execute(text(f"DROP TABLE {table}"))
    engine.dispose()
    answer = browser.get(path)
    assert answer.status_code in ({503} if path != "/nothing" else {404, 503})
    assert "Traceback" not in answer.text
    if answer.status_code == 503:
        assert "The database is not there" in answer.text
        assert answer.headers["retry-after"] == "10"


def test_a_stranger_can_leave_no_notice_that_is_markup(console: Console) -> None:
    browser = console.visitor("ann")
    for value in ("x", "bm90IGpzb24", "eyJraW5kIjoxfQ", "W10", "!"):
        browser.cookies.set("connector_notice", value, domain="localhost.local", path="/")
        assert browser.get("/stores").status_code == 200
    forged = "eyJraW5kIjoieCIsInRleHQiOiI8Yj5oaTwvYj4ifQ"
    browser.cookies.set("connector_notice", forged, domain="localhost.local", path="/")
    assert "&lt;b&gt;hi&lt;/b&gt;" in browser.get("/stores").text
    assert "hi" not in browser.get("/stores").text.partition("<main")[2].partition("page-head")[0]

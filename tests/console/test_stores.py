"""The Stores page with real platforms behind it: what is shown and done, and that no secret comes out."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import insert

from connector.ledger import credentials, stores
from connector.ledger.tables import INBOX
from connector.sandbox.platforms import Platforms
from connector.store_file import StoreFile, parse_store_file
from tests.console.browser import Browser
from tests.console.conftest import BEHIND_TLS, Console, OpenConsole, only_sqlite


@dataclass
class Desk:
    """Somebody at the Stores page, and the platforms its stores are on."""

    console: Console
    platforms: Platforms

    def file(self, name: str = "uk") -> str:
        return self.platforms.store_file(name)

    def secrets(self, name: str = "uk") -> list[str]:
        described: StoreFile = parse_store_file(self.file(name))
        tiktok, shopify = described.tiktok, described.shopify
        found = (
            tiktok.app_secret,
            tiktok.access_token,
            tiktok.refresh_token,
            shopify.access_token,
            shopify.client_secret,
            shopify.webhook_secret,
        )
        return [secret for secret in found if secret]

    def connect(self, name: str = "uk") -> Browser:
        browser = self.console.visitor("ann")
        assert browser.post("/stores", {"text": self.file(name), "check": "yes"}).status_code == 303
        return browser

    def names(self) -> list[str]:
        return [row.name for row in self.console.runtime.database.read(stores.list_stores)]


@pytest.fixture
def desk(console: Console, sandbox: Platforms) -> Desk:
    return Desk(console, sandbox)


def test_a_pasted_file_connects_a_store_after_both_platforms_agreed(desk: Desk) -> None:
    browser = desk.console.visitor("ann")
    answer = browser.post("/stores", {"text": desk.file(), "check": "yes"})
    assert answer.headers["location"] == "/stores/uk"
    page = browser.follow(answer).text
    assert "uk is connected (both credentials work)" in page
    assert "GBP" in page
    assert desk.console.audited()[0].action == "store.add"


@only_sqlite
def test_an_uploaded_file_does_too(desk: Desk) -> None:
    browser = desk.console.visitor("ann")
    upload = {"file": ("uk.toml", desk.file().encode(), "application/toml")}
    answer = browser.post("/stores", {"text": "", "check": "yes"}, files=upload)
    assert answer.status_code == 303, answer.text
    assert desk.names() == ["uk"]


def test_no_secret_comes_out_again(desk: Desk) -> None:
    browser = desk.connect()
    pages = [browser.get("/stores"), browser.get("/stores/uk"), browser.get("/stores/uk/check")]
    pages.append(browser.get("/audit"))
    secrets = desk.secrets()
    assert len(secrets) >= 4
    for page in pages:
        assert page.status_code == 200
        assert not any(secret in page.text for secret in secrets)
        # Not even the ends of one, as masks show them.
        assert not any(secret[-6:] in page.text for secret in secrets if secret.startswith("shpat_"))


@only_sqlite
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: "", "Paste the store file, or choose one."),
        (lambda text: text.replace("[tiktok]", "[tiktok"), "is not TOML"),
        (lambda text: text.replace("app_secret", "app_secert", 1), "did you mean tiktok.app_secret?"),
        (lambda text: text.replace('name = "uk"', 'name = "U K"'), "name must be"),
        (lambda text: text.replace('app_secret = "', 'app_secret = "wrong', 1), "TikTok Shop"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence_without_its_values(
    desk: Desk, change: "object", said: str
) -> None:
    assert callable(change)
    browser = desk.console.visitor("ann")
    answer = browser.post("/stores", {"text": change(desk.file()), "check": "yes"})
    assert answer.status_code == 400
    assert said in answer.text
    assert not any(secret in answer.text for secret in desk.secrets())
    assert desk.names() == []


@only_sqlite
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"#" * 1_000_001, "larger than 1 MB"),
        (b'name = "uk"', "tiktok is missing"),
    ],
)
def test_an_uploaded_file_that_is_none_is_one_sentence(desk: Desk, content: bytes, said: str) -> None:
    browser = desk.console.visitor("ann")
    answer = browser.post("/stores", files={"file": ("x.toml", content, "text/plain")})
    assert answer.status_code == 400
    assert said in answer.text


@only_sqlite
def test_pasting_and_choosing_at_once_is_refused(desk: Desk) -> None:
    upload = {"file": ("uk.toml", desk.file().encode(), "application/toml")}
    answer = desk.console.visitor("ann").post("/stores", {"text": desk.file()}, files=upload)
    assert "not both" in answer.text


@only_sqlite
def test_the_same_name_updates(desk: Desk) -> None:
    browser = desk.connect()
    changed = desk.file() + "\n[orders]\nhold_minutes = 45\n"
    assert browser.post("/stores", {"text": changed, "check": "yes"}).status_code == 303
    assert "45 minutes" in browser.get("/stores/uk").text
    assert desk.names() == ["uk"]


def test_an_operator_pauses_and_resumes(desk: Desk) -> None:
    desk.connect()
    browser = desk.console.visitor("ben")
    page = browser.follow(browser.post("/stores/uk/pause")).text
    assert "uk is paused" in page
    assert "Resume" in page
    assert desk.console.runtime.active_stores() == []
    assert "takes part in every run again" in browser.follow(browser.post("/stores/uk/resume")).text
    assert [store.name for store in desk.console.runtime.active_stores()] == ["uk"]
    assert [(row.user_name, row.action) for row in desk.console.audited()][:2] == [
        ("ben", "store.resume"),
        ("ben", "store.pause"),
    ]


@only_sqlite
def test_a_check_shows_what_both_platforms_say(desk: Desk) -> None:
    desk.connect()
    page = desk.console.visitor("ben").get("/stores/uk/check").text
    assert "What the check found" in page
    assert "TikTok credentials" in page
    assert "Shopify scopes" in page


def test_a_store_is_removed_only_when_its_name_is_typed(desk: Desk) -> None:
    browser = desk.connect()
    for typed in ("", "us", "UK"):
        answer = browser.post("/stores/uk/remove", {"typed": typed})
        assert answer.status_code == 400
        assert "Nothing was removed" in answer.text
    page = browser.follow(browser.post("/stores/uk/remove", {"typed": " uk "})).text
    assert "uk is removed" in page
    assert "No store is connected yet" in page
    assert desk.names() == []


def test_a_viewer_sees_everything_and_is_offered_nothing(desk: Desk) -> None:
    desk.connect()
    browser = desk.console.visitor("vic")
    for path in ("/stores", "/stores/uk"):
        page = browser.get(path).text
        assert "uk" in page
        assert page.count("<form") == 1, "only the way out"


def test_it_says_what_needs_somebody(desk: Desk) -> None:
    desk.connect()
    browser, runtime = desk.console.visitor("vic"), desk.console.runtime
    store = runtime.database.read(stores.get_store, name="uk")
    now = runtime.clock.now()
    assert "Not synced yet" in browser.get("/stores").text
    runtime.database.call(stores.mark_alive, store_id=store.id, now=now, complete_up_to=now)
    assert "Up to date" in browser.get("/stores").text
    desk.console.wait(hours=2)
    assert "Behind" in browser.get("/stores").text
    runtime.database.call(stores.mark_failed, store_id=store.id, error="Shopify <did> not answer.")
    page = browser.get("/stores").text
    assert "Last run failed" in page
    assert "Shopify &lt;did&gt; not answer." in page
    runtime.database.call(credentials.mark_revoked, store_id=store.id, platform="tiktok", now=now)
    assert "Authorisation refused" in browser.get("/stores").text
    runtime.database.call(stores.pause_store, name="uk")
    assert "Paused" in browser.get("/stores").text


def test_it_warns_before_an_authorisation_ends(desk: Desk) -> None:
    desk.connect()
    runtime = desk.console.runtime
    store = runtime.database.read(stores.get_store, name="uk")
    now = runtime.clock.now()
    runtime.database.call(stores.mark_alive, store_id=store.id, now=now, complete_up_to=now)
    runtime.database.call(
        credentials.save,
        box=runtime.secrets,
        store_id=store.id,
        platform="tiktok",
        secrets={},
        access_expires_at=now + timedelta(days=1),
        refresh_expires_at=now + timedelta(days=13),
    )
    browser = desk.console.visitor("vic")
    assert "Authorisation ends soon" in browser.get("/stores").text
    assert "is renewed before" in browser.get("/stores/uk").text


def test_it_says_what_webhooks_brought(desk: Desk) -> None:
    desk.connect()
    runtime = desk.console.runtime
    store = runtime.database.read(stores.get_store, name="uk")
    now = runtime.clock.now()
    rows = [
        {
            "platform": "tiktok",
            "notification_id": str(number),
            "store_id": store.id,
            "topic": "1",
            "body": b"",
            "received_at": now - timedelta(hours=hours),
            "run_after": now,
            "attempts": 0,
            "done_at": None if number == 0 else now,
            "outcome": "given_up" if number == 1 else "handled",
        }
        for number, hours in enumerate((1, 2, 3, 30))
    ]
    runtime.database.call(lambda session: session.execute(insert(INBOX), rows))
    page = desk.console.visitor("vic").get("/stores/uk").text
    assert "3 in 24 hours, the last" in page
    assert "1 waiting" in page
    assert "1 given up" in page


def test_webhooks_are_registered_and_removed_at_both_platforms(
    open_console: OpenConsole, sandbox: Platforms
) -> None:
    console = open_console(public_url=BEHIND_TLS)
    console.add("ann")
    browser = Desk(console, sandbox).connect()
    page = browser.follow(browser.post("/stores/uk/webhooks", {"do": "register"})).text
    assert "Both platforms send webhooks of uk here." in page
    assert "7 registered" in browser.get("/stores/uk/check").text
    page = browser.follow(browser.post("/stores/uk/webhooks", {"do": "remove"})).text
    assert "Neither platform sends webhooks of uk here any more." in page
    assert [row.action for row in console.audited()][:1] == ["store.webhooks.remove"]


@only_sqlite
def test_webhooks_take_an_address_that_the_platforms_reach(desk: Desk) -> None:
    browser = desk.connect()
    assert "set <code>CONNECTOR_PUBLIC_URL</code>" in browser.get("/stores/uk").text
    answer = browser.post("/stores/uk/webhooks", {"do": "register"})
    assert answer.status_code == 400
    assert "set CONNECTOR_PUBLIC_URL to its https address" in answer.text


@pytest.mark.parametrize("name", ["nowhere", "<b>", "a%2Fb", "x" * 300, "%00", "%ff"])
def test_a_store_that_is_not_there_is_a_page(console: Console, name: str) -> None:
    browser = console.visitor("ann")
    assert browser.get(f"/stores/{name}").status_code == 404
    assert browser.get(f"/stores/{name}/check").status_code in {400, 404}
    for action in ("pause", "resume", "remove", "webhooks"):
        assert browser.post(f"/stores/{name}/{action}", {"typed": name}).status_code in {400, 404}

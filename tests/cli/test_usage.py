"""Wrong words: one line on standard error that names the option and what fits, and status 2."""

import pytest

from connector.ledger.secrets import new_secret_key
from tests.cli.conftest import Connector, Shelf

WINDOW = ("--from", "2026-11-01T00:00:00Z", "--to", "2026-11-02T00:00:00Z")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Missing command. See connector --help."),
        (("orders",), "Missing command. See connector orders --help."),
        (("teleport",), "No such command 'teleport'"),
        (("orders", "list", "--colour"), "No such option: --colour"),
        (("orders", "list", "extra"), "extra"),
        (("orders", "list", "--limit", "0"), "'--limit'"),
        (("orders", "list", "--limit", "many"), "'--limit'"),
        (("orders", "list", "--state", "lost"), "'lost' is not one of waiting, blocked, created, ignored"),
        (("orders", "list", "--reason", "luck"), "'luck' is not one of"),
        (("orders", "list", "--search", " "), "'--search': is empty"),
        (("orders", "list", "--customer", "\udcff"), "'--customer': is not UTF-8 text"),
        (
            ("orders", "list", "--created-from", "soon"),
            "'soon' is not a time; write it like 2026-11-01T00:00:00Z",
        ),
        (("orders", "list", "--created-from", "2026-11-01"), "'2026-11-01' has no time zone; write it like"),
        (("orders", "list", "--created-to", "2026-11-01T10:00:00"), "has no time zone; write it like"),
        (("orders", "list", "--created-to", "0001-01-01T00:00:00+14:00"), "is not a time"),
        (("orders", "list", "--store", "mars"), "There is no store named 'mars'; connected: uk."),
        (("orders", "list", "--after", "nonsense"), "The cursor cannot be read"),
        (("orders", "show"), "TIKTOK_ORDER_ID"),
        (("orders", "show", "123"), "No order '123' is in the database"),
        (("orders", "show", "123", "--store", "mars"), "There is no store named 'mars'"),
        (("orders", "retry", "123"), "No order '123' is in the database"),
        (("orders", "retry", "--reason", "luck"), "'luck' is not one of"),
        (("orders", "retry", "--store", "mars"), "There is no store named 'mars'"),
        (
            ("export", "--format", "xlsx"),
            "Invalid value for '--format': 'xlsx' is not one of 'csv', 'jsonl'.",
        ),
        (("export", "--store", "mars"), "There is no store named 'mars'"),
        (("store", "show", "mars"), "There is no store named 'mars'"),
        (("store", "pause", "mars"), "There is no store named 'mars'"),
        (("store", "resume", "mars"), "There is no store named 'mars'"),
        (("store", "remove", "mars"), "There is no store named 'mars'"),
        (("store", "add"), "--file"),
        (("store", "add", "--file", "/no/such.toml"), "/no/such.toml cannot be read"),
        (("sync", "--store", "mars"), "There is no store named 'mars'"),
        (("backfill",), "--from"),
        (("backfill", *WINDOW[:2]), "--to"),
        (("backfill", *WINDOW, "--store", "mars"), "There is no store named 'mars'"),
        (
            ("backfill", "--from", "2026-11-01", "--to", "2026-11-02Z"),
            "'--from': '2026-11-01' has no time zone",
        ),
        (
            ("backfill", "--from", "2026-11-02Z", "--to", "2026-11-01Z"),
            "--from (2026-11-02T00:00:00Z) must be before",
        ),
        (("reconcile", "--from", "2026-11-01Z", "--to", "2026-11-01Z"), "must be before --to"),
        (("reconcile", *WINDOW, "--store", "mars"), "There is no store named 'mars'"),
        (("complete", "--as-of", "tomorrow"), "'--as-of': 'tomorrow' is not a time"),
        (("complete", "--as-of", "0001-01-01T00:00:00Z"), "'0001-01-01T00:00:00Z' is before 1970"),
        (("reconcile", "--from", "1969-12-31Z", "--to", "2026-11-01Z"), "'1969-12-31Z' is before 1970"),
        (("complete", "--store", "mars"), "There is no store named 'mars'"),
        (("catalog", "--store", "mars"), "There is no store named 'mars'"),
        (("sku", "list", "--store", "mars"), "There is no store named 'mars'"),
        (("sku", "map", "A", "B"), "--store"),
        (("sku", "map", "A", "B", "--store", "mars"), "There is no store named 'mars'"),
        (
            ("sku", "map", "A", "gid://shopify/Product/1", "--store", "uk"),
            "'gid://shopify/Product/1' is not a variant's gid",
        ),
        (("sku", "unmap", "A", "--store", "uk"), "'A' is not mapped by hand in store uk"),
        (("sku", "suggest", "A", "--limit", "0"), "'--limit'"),
        (("sku", "suggest", ""), "is empty"),
    ],
)
def test_wrong_words_are_refused_in_one_line(
    connector: Connector, uk: Shelf, words: tuple[str, ...], said: str
) -> None:
    assert said in connector(*words).refusal


@pytest.mark.parametrize("words", [("sync",), ("catalog",), ("complete",), ("backfill", *WINDOW)])
def test_a_run_without_any_store_says_how_to_connect_one(
    connector: Connector, words: tuple[str, ...]
) -> None:
    assert "connector store add --file FILE" in connector(*words).refusal


def test_control_characters_never_reach_the_terminal(connector: Connector, uk: Shelf) -> None:
    assert "\x1b" not in connector("orders", "show", "1\x1b[31m").refusal


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "mysql://u:hush@h/d",
            "CONNECTOR_DATABASE_URL names a database the connector does not work with (mysql)",
        ),
        ("postgresql+psycopg2://u:hush@127.0.0.1:1/d", "127.0.0.1"),
        ("postgresql+psycopg2://u:hush@h/d?sslmod=hush", "option that does not exist"),
        ("sqlite:////no/such/folder/c.db", "/no/such/folder"),
    ],
)
def test_an_unusable_database_is_one_line(
    connector: Connector, monkeypatch: pytest.MonkeyPatch, url: str, said: str
) -> None:
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", url)
    refusal = connector("orders", "list").refusal
    assert said in refusal
    assert "hush" not in refusal


def test_a_key_that_is_none_is_one_line(
    connector: Connector, uk: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_SECRET_KEY", "not-a-key")
    assert "CONNECTOR_SECRET_KEY" in connector("store", "list").refusal


@pytest.mark.parametrize("words", [("sync",), ("catalog", "--store", "uk"), ("backfill", *WINDOW)])
def test_a_run_with_a_key_that_fits_no_store_is_one_line(
    connector: Connector, uk: Shelf, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("CONNECTOR_SECRET_KEY", new_secret_key())
    assert "encrypted with another key" in connector(*words).refusal

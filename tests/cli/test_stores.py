"""`connector store`: what is kept, what is shown, and that no secret ever is."""

from pathlib import Path

import pytest

from tests.cli.conftest import Connector, Shelf

UNREACHABLE = """
name = "de"
[tiktok]
base_url = "http://127.0.0.1:1"
auth_url = "http://127.0.0.1:1"
app_key = "k"
app_secret = "hush-app"
access_token = "hush-a"
refresh_token = "hush-r"
shop_id = "7"
shop_cipher = "hush-c"
[shopify]
base_url = "http://127.0.0.1:1"
access_token = "hush-s"
[orders]
hold_minutes = 30
"""


def _file(folder: Path, text: str = UNREACHABLE) -> str:
    path = folder / "de.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_without_a_check_a_store_is_kept_as_it_is_described(connector: Connector, tmp_path: Path) -> None:
    added = connector("store", "add", "--file", _file(tmp_path), "--no-check", "--json")
    assert added.status == 0
    shown = connector("store", "show", "de", "--json").document
    assert shown == added.document
    assert shown["store"] == "de"
    assert shown["orders"]["hold_minutes"] == 30
    assert shown["tiktok"]["app_secret"] == "set"
    assert shown["shopify"]["access_token"] == "set"
    assert shown["shopify"]["webhook_secret"] is None


def test_adding_again_updates(connector: Connector, tmp_path: Path) -> None:
    connector("store", "add", "--file", _file(tmp_path), "--no-check")
    changed = UNREACHABLE.replace("hold_minutes = 30", "hold_minutes = 5")
    assert connector("store", "add", "--file", _file(tmp_path, changed), "--no-check").status == 0
    assert connector("store", "show", "de", "--json").document["orders"]["hold_minutes"] == 5
    assert len(connector("store", "list", "--json").document["stores"]) == 1


@pytest.mark.parametrize("words", [("show", "uk"), ("show", "uk", "--json"), ("list",), ("list", "--json")])
def test_no_secret_is_ever_shown(connector: Connector, uk: Shelf, words: tuple[str, ...]) -> None:
    shown = connector("store", *words)
    assert shown.status == 0
    assert "uk" in shown.out
    assert "hush" not in shown.out + shown.err


def test_a_store_under_another_key_says_so(
    connector: Connector, uk: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_SECRET_KEY", connector("secret-key").out.strip())
    shown = connector("store", "show", "uk", "--json").document
    assert shown["tiktok"]["authorization"] == "unreadable"


def test_pausing_and_resuming(connector: Connector, uk: Shelf) -> None:
    assert connector("store", "pause", "uk", "--json").document["paused"] is True
    assert "paused" in connector("store", "list").out
    assert connector("store", "resume", "uk", "--json").document["paused"] is False


def test_removing_takes_the_orders_along(connector: Connector, uk: Shelf, us: Shelf) -> None:
    assert connector("store", "remove", "uk", "--json").document == {"store": "uk", "removed": True}
    names = [each["store"] for each in connector("store", "list", "--json").document["stores"]]
    assert names == ["us"]

"""`connector store webhooks`, against the sandbox over HTTP."""

from pathlib import Path

import pytest

from connector.sandbox.platforms import Platforms
from connector.services.webhooks.topics import SHOPIFY_TOPICS, TIKTOK_TOPICS
from tests.cli.conftest import Connector

RECEIVER = "http://127.0.0.1:8080"


@pytest.fixture
def connected(connector: Connector, platforms: Platforms, tmp_path: Path) -> Platforms:
    """The pair `uk`, connected by its store file."""
    file = tmp_path / "uk.toml"
    file.write_text(platforms.store_file("uk"), encoding="utf-8")
    assert connector("store", "add", "--file", str(file)).status == 0
    return platforms


def test_registered_shown_and_removed(
    connector: Connector, connected: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "CONNECTOR_PUBLIC_URL" in connector("store", "webhooks", "uk").refusal
    monkeypatch.setenv("CONNECTOR_PUBLIC_URL", RECEIVER)
    document = connector("store", "webhooks", "uk", "--json").document
    assert document["ok"]
    assert document["tiktok"]["changed"] == len(TIKTOK_TOPICS)
    assert document["shopify"]["changed"] == len(SHOPIFY_TOPICS)
    assert document["tiktok"]["topics"]["ORDER_STATUS_CHANGE"] == f"{RECEIVER}/webhooks/tiktok"
    again = connector("store", "webhooks", "uk")
    assert again.status == 0
    assert "Nothing had to be changed" in again.out
    assert len(connected.pairs["uk"].shop.subscriptions) == len(TIKTOK_TOPICS)
    removed = connector("store", "webhooks", "uk", "--remove")
    assert removed.status == 0
    assert "nowhere" in removed.out
    assert connected.pairs["uk"].shop.subscriptions == {}


def test_a_store_without_the_secret_is_told_so(
    connector: Connector, platforms: Platforms, tmp_path: Path
) -> None:
    lines = platforms.store_file("uk").splitlines()
    file = tmp_path / "uk.toml"
    file.write_text("\n".join(line for line in lines if not line.startswith("webhook_secret")), "utf-8")
    assert connector("store", "add", "--file", str(file)).status == 0
    said = connector("store", "webhooks", "uk", "--url", RECEIVER)
    assert said.status == 1
    assert "webhook_secret" in said.out


@pytest.mark.parametrize(
    "url", ["ftp://a.example", "a.example", "https://a.example?x=1", "https://a:b@c.example"]
)
def test_an_address_that_is_none_is_refused(connector: Connector, connected: Platforms, url: str) -> None:
    assert "--url" in connector("store", "webhooks", "uk", "--url", url).refusal
    assert connected.pairs["uk"].shop.subscriptions == {}


def test_an_unknown_store_is_refused(connector: Connector) -> None:
    assert "nobody" in connector("store", "webhooks", "nobody", "--url", RECEIVER).refusal

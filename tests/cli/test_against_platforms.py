"""Commands that talk to the platforms, against the sandbox over HTTP and without Prefect."""

import asyncio
from pathlib import Path

import pytest

from connector.runtime import Runtime
from connector.sandbox.platforms import Platforms
from connector.services.fetch import Reading, update_window
from connector.services.prepare import prepare
from connector.services.process import process_all
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.settings import Settings
from tests.cli.conftest import Connector


@pytest.fixture
def connected(connector: Connector, platforms: Platforms, tmp_path: Path) -> Platforms:
    """The pair `uk`, connected by its store file."""
    file = tmp_path / "uk.toml"
    file.write_text(platforms.store_file("uk", orders="start_from = 2026-01-01T00:00:00Z"), encoding="utf-8")
    assert connector("store", "add", "--file", str(file)).status == 0
    return platforms


def _sync() -> None:
    async def story(session: StoreSession) -> None:
        await prepare(session)
        reading = Reading(session, await update_window(session))
        while not reading.ended:
            await reading.read(10)
        await process_all(session)

    runtime = Runtime.open(Settings())
    try:
        results = asyncio.run(over_stores(runtime, None, source="sync", story=story))
        assert [result.error for result in results] == [None]
    finally:
        runtime.close()


def test_a_checked_store_knows_its_shop(connector: Connector, connected: Platforms) -> None:
    document = connector("store", "show", "uk", "--json").document
    assert document["currency"] == "GBP"
    assert document["tiktok_shop_id"] == connected.pairs["uk"].shop.id
    assert document["tiktok"]["shop_cipher"] == "set"


def test_wrong_credentials_are_named_and_nothing_is_kept(
    connector: Connector, platforms: Platforms, tmp_path: Path
) -> None:
    file = tmp_path / "uk.toml"
    secret = platforms.pairs["uk"].shopify.access_token
    file.write_text(platforms.store_file("uk").replace(secret, "shpat_wrong"), encoding="utf-8")
    refusal = connector("store", "add", "--file", str(file)).refusal
    assert "Shopify" in refusal
    assert "shpat_wrong" not in refusal
    assert connector("store", "list", "--json").document == {"stores": []}


def test_the_remedy_for_an_unmatched_sku(connector: Connector, connected: Platforms) -> None:
    pair = connected.pairs["uk"]
    ids = {pair.place("CAP-RED"), pair.place("CAP-RED")}
    _sync()
    (wanted,) = connector("sku", "list", "--unmatched", "--json").document["skus"]
    assert (wanted["seller_sku"], wanted["orders"], wanted["reason"]) == ("CAP-RED", 2, "sku_unmatched")
    mapped = connector("sku", "map", "CAP-RED", "TEE-BLK-M", "--store", "uk", "--json").document
    assert mapped["freed"] == 2
    retried = connector("orders", "retry", "--json").document
    assert retried["stores"][0]["created"] == 2
    assert {order["source_identifier"] for order in _orders_on_shopify(connected)} == ids
    assert connector("orders", "retry", "--json").document["retried"] == 0
    assert len(_orders_on_shopify(connected)) == 2
    (row,) = connector("sku", "list", "--json").document["skus"]
    assert (row["variant_id"], row["orders"]) == (mapped["variant_id"], 0)


def _orders_on_shopify(platforms: Platforms) -> list[dict[str, object]]:
    orders = platforms.pairs["uk"].shopify.orders
    return [{"source_identifier": order.source_identifier} for order in orders]


def test_a_variant_that_is_not_there_or_not_alone_is_refused(
    connector: Connector, connected: Platforms
) -> None:
    refusal = connector("sku", "map", "X", "NO-SUCH-SKU", "--store", "uk").refusal
    assert "No variant of store uk has the SKU 'NO-SUCH-SKU'" in refusal
    refusal = connector("sku", "map", "X", "SOCK-GRY", "--store", "uk").refusal
    assert "2 variants have the SKU 'SOCK-GRY'" in refusal
    assert refusal.count("gid://shopify/ProductVariant/") == 2


def test_mapping_by_gid_and_taking_it_back(connector: Connector, connected: Platforms) -> None:
    gid = "gid://shopify/ProductVariant/5"
    assert connector("sku", "map", "X", gid, "--store", "uk", "--json").document["variant_id"] == gid
    assert connector("sku", "unmap", "X", "--store", "uk", "--json").document["unmapped"] is True
    assert connector("sku", "list", "--json").document == {"skus": []}


def test_a_suggestion_is_the_most_alike(connector: Connector, connected: Platforms) -> None:
    connected.pairs["uk"].place("TEE-BLK-M")
    _sync()
    rows = connector("sku", "suggest", "tee-blk_m", "--json").document["suggestions"]
    assert rows[0]["sku"] == "TEE-BLK-M"
    assert rows == sorted(rows, key=lambda row: -row["likeness"])


def test_a_healthy_installation_has_no_fault(
    connector: Connector, connected: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    examined = connector("doctor", "--json")
    assert [each for each in examined.document["findings"] if not each["ok"]] == []
    assert examined.document["ok"] is True
    assert examined.status == 0


def test_the_doctor_names_what_is_at_fault(connector: Connector, connected: Platforms) -> None:
    pair = connected.pairs["uk"]
    pair.place("SOCK-GRY")
    _sync()
    connected.tiktok.deauthorize(pair.grant)
    examined = connector("doctor", "--json")
    assert examined.status == 1
    faults = {each["check"]: each for each in examined.document["findings"] if not each["ok"]}
    assert set(faults) == {"tiktok credentials", "duplicate SKUs"}
    assert "SOCK-GRY" in faults["duplicate SKUs"]["detail"]
    assert all(each["fix"] for each in faults.values())
    assert "Something is at fault" in connector("doctor").out


def test_the_doctor_names_a_missing_permission(connector: Connector, connected: Platforms) -> None:
    connected.pairs["uk"].grant.scopes.remove("seller.return_refund.basic")
    findings = connector("doctor", "--json").document["findings"]
    (fault,) = [each for each in findings if not each["ok"]]
    assert fault["check"] == "tiktok returns"
    assert fault["fix"] == "Grant the permission it names to the app."


def test_the_doctor_names_a_prefect_server_that_does_not_answer(
    connector: Connector, connected: Platforms, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:1/api"}):
        findings = connector("doctor", "--json").document["findings"]
    (fault,) = [each for each in findings if not each["ok"]]
    assert fault["check"] == "prefect"

"""A ledger with a store, and the command run against it in this process."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.cli.main import run
from connector.ledger import claims, credentials, outcomes, records, stores
from connector.ledger.database import Database
from connector.ledger.secrets import open_box
from connector.ledger.stores import StoreRow
from connector.sandbox.clock import SandboxClock
from connector.sandbox.platforms import Platforms
from models.order_settings import OrderSettings
from tests.platforms import SandboxServer

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ORDERED = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output read as the one JSON document it must be."""
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """The one line that says what is wrong, of a command that was refused."""
        assert self.status == 2
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("connector: ")
        return lines[0]


Connector = Callable[..., Outcome]


@pytest.fixture
def connector(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Connector:
    """Runs the command in this process over a fresh, migrated SQLite database."""
    monkeypatch.setenv("CONNECTOR_DATABASE_URL", sqlite_url)
    monkeypatch.delenv("CONNECTOR_SECRET_KEY", raising=False)
    monkeypatch.delenv("COLUMNS", raising=False)

    def command(*words: str) -> Outcome:
        capsys.readouterr()
        status = run(words)
        said = capsys.readouterr()
        return Outcome(status, said.out, said.err)

    return command


@pytest.fixture
def ledger(sqlite_url: str) -> Iterator[Database]:
    """The database the commands of this test work on."""
    database = Database(sqlite_url)
    yield database
    database.dispose()


@pytest.fixture
def platforms(sandbox_server: SandboxServer) -> Iterator[Platforms]:
    """Both pairs on a running clock, because the command lives by the real one."""
    made = Platforms(SandboxClock())
    prefix = sandbox_server.prefix()
    made.mount(sandbox_server.mounts, sandbox_server.running.base_url, prefix)
    yield made
    made.unmount(sandbox_server.mounts, prefix)


@dataclass(frozen=True)
class Shelf:
    """One store's orders, put into the ledger by the ledger's own functions."""

    ledger: Database
    store: StoreRow

    def fetch(self, *orders: Mapping[str, Any], now: datetime = NOW) -> None:
        """Record orders as a sync does."""
        self.ledger.call(
            records.record_page, store=self.store, orders=orders, source="sync", now=now, scheduled=True
        )

    def settle(self, verdict: Callable[[int], outcomes.Outcome], *order_ids: str) -> None:
        """Claim due orders and write down what became of them."""
        claimed = self.ledger.call(
            claims.claim_due,
            store_id=self.store.id,
            owner="test",
            now=NOW,
            limit=1000,
            order_ids=order_ids or None,
        )
        assert claimed
        verdicts = [verdict(each.pk) for each in claimed]
        self.ledger.call(outcomes.record_outcomes, owner="test", now=NOW, source="sync", outcomes=verdicts)


def add_store(ledger: Database, name: str, url: str) -> Shelf:
    """A connected store; its secrets all begin with `hush`."""
    values = {
        "name": name,
        "connected_at": NOW - timedelta(days=30),
        "start_from": NOW - timedelta(days=30),
        "tiktok_base_url": "https://tiktok.invalid",
        "tiktok_auth_url": "https://auth.invalid",
        "tiktok_shop_id": f"shop-{name}",
        "tiktok_shop_cipher": f"hush-cipher-{name}",
        "shopify_base_url": f"https://{name}.invalid",
        "shopify_domain": f"{name}.invalid",
        "shopify_api_version": "2026-10",
        "shopify_currency": "GBP",
    }
    store = ledger.call(stores.add_store, values=values, settings=OrderSettings())
    secrets = {"app_key": "k", "app_secret": "hush-app", "access_token": "hush-a", "refresh_token": "hush-r"}
    box = open_box(url, None)
    for platform in ("tiktok", "shopify"):
        ledger.call(credentials.save, box=box, store_id=store.id, platform=platform, secrets=secrets)
    return Shelf(ledger, store)


@pytest.fixture
def uk(ledger: Database, sqlite_url: str) -> Shelf:
    """The store `uk`."""
    return add_store(ledger, "uk", sqlite_url)


@pytest.fixture
def us(ledger: Database, sqlite_url: str) -> Shelf:
    """The store `us`."""
    return add_store(ledger, "us", sqlite_url)


def order(
    order_id: str,
    *,
    status: str = "AWAITING_SHIPMENT",
    name: str = "Zoë Smith",
    skus: Sequence[str] = ("TEE",),
    created: datetime = ORDERED,
    **fields: Any,
) -> dict[str, Any]:
    """A TikTok order document with one unit of each SKU."""
    moment = int(created.timestamp())
    lines = [
        {
            "id": f"{order_id}-{number}",
            "seller_sku": sku,
            "sku_id": f"sku-{sku}",
            "sku_name": "Black, M",
            "product_name": f"Product {sku}",
            "product_id": f"product-{sku}",
            "sale_price": "10.00",
            "currency": "GBP",
        }
        for number, sku in enumerate(skus)
    ]
    return {
        "id": order_id,
        "status": status,
        "create_time": moment,
        "update_time": moment,
        "paid_time": moment,
        "fulfillment_type": "FULFILLMENT_BY_SELLER",
        "shipping_type": "TIKTOK",
        "recipient_address": {"name": name},
        "payment": {"total_amount": f"{10 * len(skus)}.00", "currency": "GBP"},
        "line_items": lines,
        **fields,
    }

"""How a store is shown, with every secret reduced to whether it is there."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.cli import output
from connector.errors import ConfigurationError
from connector.ledger import credentials, freshness
from connector.ledger.stores import StoreRow
from connector.runtime import Runtime
from models.times import isoformat

_SECRETS = {
    "tiktok": ("app_secret", "access_token", "refresh_token"),
    "shopify": ("access_token", "client_secret", "webhook_secret"),
}


def store_summary(runtime: Runtime, row: StoreRow) -> dict[str, Any]:
    """One store as `store list --json` gives it; the last four are for alarms."""
    now = runtime.clock.now()
    fresh = runtime.database.read(freshness.freshness_of, store_id=row.id)
    behind = None if row.complete_up_to is None else (now - row.complete_up_to).total_seconds()
    return {
        "store": row.name,
        "paused": row.paused,
        "tiktok_shop_id": row.tiktok_shop_id or None,
        "tiktok_region": row.tiktok_region or None,
        "shopify_domain": row.shopify_domain,
        "currency": row.shopify_currency or None,
        "connected_at": isoformat(row.connected_at),
        "start_from": isoformat(row.start_from),
        "last_sync_at": isoformat(row.alive_at),
        "complete_up_to": isoformat(row.complete_up_to),
        "catalog_refreshed_at": isoformat(row.catalog_refreshed_at),
        "last_error": row.last_error,
        "seconds_behind": None if behind is None else max(0, int(behind)),
        "waiting": fresh.waiting,
        "oldest_waiting_since": isoformat(fresh.oldest_since),
        "oldest_waiting_seconds": fresh.seconds(now),
    }


def store_document(runtime: Runtime, row: StoreRow) -> dict[str, Any]:
    """One store as `store show --json` gives it."""
    return {
        **store_summary(runtime, row),
        "tiktok": {
            "base_url": row.tiktok_base_url,
            "auth_url": row.tiktok_auth_url,
            "shop_cipher": "set" if row.tiktok_shop_cipher else None,
            **_credential(runtime, row, "tiktok"),
        },
        "shopify": {
            "base_url": row.shopify_base_url,
            "api_version": row.shopify_api_version,
            "location_id": row.shopify_location_id or None,
            **_credential(runtime, row, "shopify"),
        },
        "orders": row.settings.model_dump(),
    }


def _credential(runtime: Runtime, row: StoreRow, platform: str) -> dict[str, Any]:
    try:
        held = runtime.database.read(
            credentials.load, box=runtime.secrets, store_id=row.id, platform=platform
        )
    except ConfigurationError as error:
        return {"authorization": "unreadable", "authorization_error": str(error)}
    secrets = {name: "set" if held.secrets.get(name) else None for name in _SECRETS[platform]}
    return {
        "authorization": "revoked" if held.revoked_at else "set",
        **secrets,
        "access_token_expires_at": isoformat(held.access_expires_at),
        "refresh_token_expires_at": isoformat(held.refresh_expires_at),
    }


def print_stores(summaries: Sequence[Mapping[str, Any]]) -> None:
    """The stores as a table."""
    console = output.people()
    if not summaries:
        console.print("No store is connected yet; connect one with connector store add --file FILE.")
        return
    rows = output.table(
        "Store", "State", "TikTok shop", "Shopify", "Currency", "Complete up to", "#Waiting", "Trouble"
    )
    for each in summaries:
        shop = " ".join(filter(None, (each["tiktok_shop_id"], each["tiktok_region"])))
        rows.add_row(
            output.cell(each["store"]),
            "paused" if each["paused"] else "active",
            output.cell(shop),
            output.cell(each["shopify_domain"]),
            output.cell(each["currency"]),
            output.second(each["complete_up_to"]) or "never synced",
            _waiting(each),
            output.cell(each["last_error"]),
        )
    console.print(rows)


def _waiting(summary: Mapping[str, Any]) -> str:
    """How many orders wait, and for how long the oldest has."""
    if not summary["waiting"]:
        return "none"
    return f"{summary['waiting']:,}, oldest {output.duration(summary['oldest_waiting_seconds'])}"


def print_store(document: Mapping[str, Any]) -> None:
    """One store as facts, one below the other."""
    rows: list[tuple[str, object]] = [(name, value) for name, value in document.items() if _is_plain(value)]
    for table in ("tiktok", "shopify", "orders"):
        rows.extend((f"{table}.{name}", _shown(value)) for name, value in document[table].items())
    output.people().print(output.facts(rows))


def _is_plain(value: object) -> bool:
    return not isinstance(value, Mapping)


def _shown(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value

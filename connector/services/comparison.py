"""What a comparison of TikTok, the ledger and Shopify found, and the document that tells it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connector.services.results import StoreResult
from models.times import isoformat


@dataclass(slots=True)
class Comparison:
    """One store's verdict; lists hold TikTok order ids."""

    tiktok: int = 0
    database: int = 0
    shopify: int = 0
    matched: int = 0
    missing_in_database: list[str] = field(default_factory=list)
    missing_on_shopify: list[str] = field(default_factory=list)
    duplicate_on_shopify: list[str] = field(default_factory=list)
    total_differs: list[str] = field(default_factory=list)
    unexpected_on_shopify: list[str] = field(default_factory=list)

    def differences(self) -> dict[str, list[str]]:
        """The five lists by name, sorted, each order once."""
        names = (
            "missing_in_database",
            "missing_on_shopify",
            "duplicate_on_shopify",
            "total_differs",
            "unexpected_on_shopify",
        )
        return {name: sorted(set(getattr(self, name))) for name in names}

    @property
    def ok(self) -> bool:
        """Whether no difference was found."""
        return not any(self.differences().values())


def verdict(
    start: datetime, end: datetime, results: list[StoreResult], compared: dict[str, Comparison]
) -> dict[str, Any]:
    """The document of `connector reconcile`; a store that could not be compared carries its error."""
    rows: list[dict[str, Any]] = []
    for result in results:
        comparison = compared.get(result.store, Comparison())
        rows.append(
            {
                "store": result.store,
                "tiktok": comparison.tiktok,
                "database": comparison.database,
                "shopify": comparison.shopify,
                "matched": comparison.matched,
                **comparison.differences(),
                "error": result.error,
            }
        )
    ok = all(result.ok and compared[result.store].ok for result in results)
    return {"ok": ok, "from": isoformat(start), "to": isoformat(end), "stores": rows}


def summary(document: dict[str, Any]) -> str:
    """The verdict in one line."""
    return "; ".join(_summary_of(row) for row in document["stores"]) or "no stores"


def _summary_of(row: dict[str, Any]) -> str:
    if row["error"]:
        return f"{row['store']}: {row['error']}"
    counts = [
        f"{len(ids)} {name.replace('_', ' ')}" for name, ids in row.items() if isinstance(ids, list) and ids
    ]
    return f"{row['store']}: {', '.join(counts) or 'no difference'}"

"""Return, refund and cancellation requests as TikTok last told them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.ledger.tables import AFTERSALES
from connector.ledger.upserts import insert_for
from models.text import storable
from models.times import from_unix

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEWS = ("tiktok_order_id", "status", "arbitration_status", "updated_at")


@dataclass(frozen=True, slots=True)
class AftersaleRow:
    """One request of an order; `kind` is `return` or `cancellation`, the statuses are TikTok's own words."""

    kind: str
    external_id: str
    status: str
    arbitration_status: str
    updated_at: datetime


def record_aftersales(session: Session, *, store_id: int, kind: str, items: Iterable[object]) -> set[str]:
    """Keep requests as TikTok returned them; gives the ids of orders that have a new or changed one.

    An item without a request or order id is left out; an older `update_time` overwrites nothing.
    """
    reads: dict[str, dict[str, Any]] = {}
    for item in items:
        row = _row(store_id, kind, item) if isinstance(item, Mapping) else None
        if row is None:
            continue
        earlier = reads.get(row["external_id"])
        if earlier is None or earlier["updated_at"] <= row["updated_at"]:
            reads[row["external_id"]] = row
    stored = _stored(session, store_id, kind, list(reads))
    changed = [row for row in reads.values() if _is_news(row, stored.get(row["external_id"]))]
    if changed:
        _upsert(session, changed)
    return {row["tiktok_order_id"] for row in changed}


def aftersales_of(
    session: Session, *, store_id: int, order_ids: Sequence[str]
) -> dict[str, list[AftersaleRow]]:
    """The requests of these orders by TikTok order id; orders without any are left out."""
    query = (
        select(AFTERSALES)
        .where(AFTERSALES.c.store_id == store_id, AFTERSALES.c.tiktok_order_id.in_(order_ids))
        .order_by(AFTERSALES.c.id)
    )
    found: dict[str, list[AftersaleRow]] = defaultdict(list)
    for row in session.execute(query):
        found[row.tiktok_order_id].append(
            AftersaleRow(row.kind, row.external_id, row.status, row.arbitration_status, row.updated_at)
        )
    return dict(found)


def _row(store_id: int, kind: str, item: Mapping[str, Any]) -> dict[str, Any] | None:
    external_id = _text(item.get("return_id" if kind == "return" else "cancel_id"), 64)
    order_id = _text(item.get("order_id"), 64)
    if not external_id or not order_id:
        return None
    return {
        "store_id": store_id,
        "tiktok_order_id": order_id,
        "kind": kind,
        "external_id": external_id,
        "status": _text(item.get("return_status" if kind == "return" else "cancel_status"), 96),
        "arbitration_status": _text(item.get("arbitration_status"), 64),
        "updated_at": from_unix(item.get("update_time")) or from_unix(item.get("create_time")) or _EPOCH,
    }


def _text(value: object, size: int) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return storable(value.strip(), size) if isinstance(value, str) else ""


def _stored(session: Session, store_id: int, kind: str, external_ids: Sequence[str]) -> dict[str, Any]:
    if not external_ids:
        return {}
    query = select(AFTERSALES).where(
        AFTERSALES.c.store_id == store_id,
        AFTERSALES.c.kind == kind,
        AFTERSALES.c.external_id.in_(external_ids),
    )
    return {row.external_id: row for row in session.execute(query.with_for_update())}


def _is_news(row: dict[str, Any], stored: Any | None) -> bool:
    if stored is None:
        return True
    if row["updated_at"] < stored.updated_at:
        return False
    return any(row[name] != getattr(stored, name) for name in _NEWS)


def _upsert(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    statement = insert_for(session, AFTERSALES)
    changed = {name: statement.excluded[name] for name in _NEWS}
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["store_id", "kind", "external_id"],
            set_=changed,
            where=AFTERSALES.c.updated_at <= statement.excluded.updated_at,
        ),
        list(rows),
    )

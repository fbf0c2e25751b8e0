"""The lines of an order: written with it, and kept with what they were matched to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from connector.ledger.tables import LINES
from connector.mapping.projection import LineProjection

_FACTS = (
    "position",
    "seller_sku",
    "sku_name",
    "product_name",
    "product_key",
    "product_id",
    "sku_id",
    "quantity",
    "unit_price",
)


@dataclass(frozen=True, slots=True)
class LineMatch:
    """Which variant the units of a SKU were matched to; `matched_by` None when they were not."""

    sku_id: str
    seller_sku: str
    variant_id: str | None
    matched_by: str | None


def insert_lines(
    session: Session, store_id: int, orders: Iterable[tuple[int, Sequence[LineProjection]]]
) -> None:
    """Write the lines of orders that have none yet."""
    rows = [_row(store_id, pk, line) for pk, lines in orders for line in lines]
    if rows:
        session.execute(insert(LINES), rows)


def replace_lines(session: Session, store_id: int, orders: Mapping[int, Sequence[LineProjection]]) -> None:
    """Bring lines up to date where they changed; a SKU that is still there keeps its variant."""
    stored: dict[int, list[Any]] = defaultdict(list)
    query = select(LINES).where(LINES.c.order_id.in_(orders)).order_by(LINES.c.order_id, LINES.c.position)
    for row in session.execute(query):
        stored[row.order_id].append(row)
    changed = {pk: lines for pk, lines in orders.items() if _facts(stored[pk]) != _facts(lines)}
    if not changed:
        return
    session.execute(delete(LINES).where(LINES.c.order_id.in_(changed)))
    rows = []
    for pk, lines in changed.items():
        matches = {(line.sku_id, line.seller_sku): line for line in stored[pk]}
        for line in lines:
            known = matches.get((line.sku_id, line.seller_sku))
            rows.append(_row(store_id, pk, line, known))
    if rows:
        session.execute(insert(LINES), rows)


def write_matches(session: Session, matches: Mapping[int, Sequence[LineMatch]]) -> None:
    """Note on the lines of orders which variant each was matched to."""
    rows = [
        {
            "b_order_id": pk,
            "b_sku_id": match.sku_id,
            "b_seller_sku": match.seller_sku,
            "variant_id": match.variant_id,
            "matched_by": match.matched_by,
        }
        for pk, lines in matches.items()
        for match in lines
    ]
    if rows:
        session.connection().execute(
            update(LINES)
            .where(
                LINES.c.order_id == bindparam("b_order_id"),
                LINES.c.sku_id == bindparam("b_sku_id"),
                LINES.c.seller_sku == bindparam("b_seller_sku"),
            )
            .values(variant_id=bindparam("variant_id"), matched_by=bindparam("matched_by")),
            rows,
        )


def _row(store_id: int, pk: int, line: LineProjection, known: Any | None = None) -> dict[str, Any]:
    return {
        "order_id": pk,
        "store_id": store_id,
        "position": line.position,
        "seller_sku": line.seller_sku,
        "sku_name": line.sku_name,
        "product_name": line.product_name,
        "product_key": line.product_key,
        "product_id": line.product_id,
        "sku_id": line.sku_id,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "variant_id": known.variant_id if known else None,
        "matched_by": known.matched_by if known else None,
    }


def _facts(lines: Sequence[Any]) -> list[tuple[object, ...]]:
    return [tuple(getattr(line, name) for name in _FACTS) for line in lines]

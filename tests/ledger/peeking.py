"""Looks at rows the way an operator with SQL would."""

from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from connector.ledger.database import Database
from connector.ledger.tables import DOCUMENTS, EVENTS, ORDERS


def rows(db: Database, table: Table) -> list[dict[str, Any]]:
    """Every row of a table, by its first column."""

    def read(session: Session) -> list[dict[str, Any]]:
        found = session.execute(select(table).order_by(*table.primary_key.columns))
        return [dict(row) for row in found.mappings()]

    return db.read(read)


def order(db: Database, order_id: str = "5764001") -> dict[str, Any]:
    """The row of one order."""
    return next(row for row in rows(db, ORDERS) if row["tiktok_order_id"] == order_id)


def document(db: Database, order_id: str = "5764001") -> dict[str, Any]:
    """The stored document of one order."""
    pk = order(db, order_id)["id"]
    return next(row for row in rows(db, DOCUMENTS) if row["order_id"] == pk)


def history(db: Database, order_id: str = "5764001") -> list[tuple[str, str]]:
    """Events of one order as (event, detail)."""
    pk = order(db, order_id)["id"]
    return [(row["event"], row["detail"]) for row in rows(db, EVENTS) if row["order_id"] == pk]

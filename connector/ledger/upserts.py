"""INSERT … ON CONFLICT, which SQLAlchemy has for each database apart."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_or_update(session: Session, table: Table, key: list[str], changed: list[str]) -> sqlite.Insert:
    """An insert that writes the `changed` columns where the `key` is there already."""
    statement = insert_for(session, table)
    excluded: dict[str, Any] = {name: statement.excluded[name] for name in changed}
    return statement.on_conflict_do_update(index_elements=key, set_=excluded)


def insert_for(session: Session, table: Table) -> sqlite.Insert:
    """The insert of the session's database."""
    if session.get_bind().dialect.name == "postgresql":
        # Both inserts answer to the same calls for what the ledger needs.
        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)

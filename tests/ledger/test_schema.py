"""The migrated schema is exactly what the models say, on both databases."""

import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex

from connector.errors import LedgerUnavailable
from connector.ledger import schema
from connector.ledger.database import Database
from connector.ledger.engine import make_engine
from connector.ledger.search_index import DERIVED
from connector.ledger.tables import METADATA

_BEYOND_MODELS = {"ix_orders_facet_newest", "ix_order_search_customer"}
"""Indexes of migration 0003 that call a function, or that only a server with pg_trgm has."""


def test_models_equal_the_migrated_schema(db: Database) -> None:
    def comparable(item: Any, name: str | None, kind: str, *_rest: object) -> bool:
        # Alembic cannot compare descending indexes on SQLite; the next test compares every index there.
        if kind == "index" and db.is_sqlite:
            return False
        return name not in _BEYOND_MODELS and "only" not in item.info

    with db.engine.connect() as connection:
        options = {"compare_type": True, "include_object": comparable}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, METADATA if db.is_sqlite else [METADATA, DERIVED]) == []


def test_every_index_is_made_as_the_models_say(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index'")
        found = {name: " ".join(sql.split()) for name, sql in rows if sql}
    engine.dispose()
    wanted = {
        str(index.name): " ".join(str(CreateIndex(index).compile(dialect=sqlite.dialect())).split())
        for table in METADATA.tables.values()
        for index in table.indexes
    }
    assert found == wanted


def test_upgrade_creates_everything_and_twice_changes_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert schema.current_revision(url) is None
    schema.ensure_current(url)
    assert schema.current_revision(url) == schema.newest_revision()
    schema.upgrade(url)
    assert schema.current_revision(url) == schema.newest_revision()


def test_upgrade_on_an_empty_postgres(empty_postgres_url: str) -> None:
    schema.ensure_current(empty_postgres_url)
    assert schema.current_revision(empty_postgres_url) == schema.newest_revision()


@pytest.mark.parametrize("kind", ["sqlite", "empty_postgres"])
def test_a_database_of_a_newer_version_is_refused(kind: str, request: pytest.FixtureRequest) -> None:
    url = str(request.getfixturevalue(f"{kind}_url"))
    schema.ensure_current(url)
    db = Database(url)
    db.call(lambda session: session.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    db.dispose()
    with pytest.raises(LedgerUnavailable, match=r"newer version of the connector \(9999\)"):
        schema.ensure_current(url)


def test_the_newest_migration_is_alembics_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(files("models.migrations")))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.newest_revision()


def test_listing_loads_nothing_that_is_slow_to_start() -> None:
    loaded = "import sys, connector.ledger.search, connector.ledger.schema; print(*sys.modules)"
    command = [sys.executable, "-c", loaded]
    modules = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert {"alembic", "prefect", "pandas", "httpx", "great_expectations"}.isdisjoint(modules)

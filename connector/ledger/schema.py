"""Creates and migrates the ledger's tables, and tells which version a database has."""

from importlib.resources import files

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from connector.errors import LedgerUnavailable
from connector.ledger.engine import make_engine
from connector.ledger.failures import as_ledger_error, name_of

_UPGRADE_LOCK = 7_461_120_923
"""Number of the PostgreSQL advisory lock, so that two processes never migrate at once."""


def upgrade(url: str) -> None:
    """Create or migrate the database to this version's schema; does nothing when it is there already.

    Raises LedgerUnavailable when it cannot be reached, or was made by a newer version of the connector.
    """
    engine = make_engine(url)
    try:
        with engine.execution_options(ledger_begin="BEGIN IMMEDIATE").begin() as connection:
            _lock(connection)
            _refuse_unknown(connection, engine)
            _run(connection)
    except DBAPIError as error:
        raise as_ledger_error(error, engine.url) from error
    finally:
        engine.dispose()


def current_revision(url: str) -> str | None:
    """The revision of the database; None for one that was never set up."""
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            return _revision(connection)
    except DBAPIError as error:
        raise as_ledger_error(error, engine.url) from error
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The revision this version of the connector works with."""
    return max(_known_revisions())


def ensure_current(url: str) -> None:
    """Migrate when the database is behind; every command calls this before its work."""
    if current_revision(url) != newest_revision():
        upgrade(url)


def _known_revisions() -> set[str]:
    """Migrations are files named by their revision, four digits; alembic is only loaded to run them."""
    names = (entry.name for entry in files("models.migrations.versions").iterdir())
    return {name[:4] for name in names if name[:4].isdigit()}


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})


def _refuse_unknown(connection: Connection, engine: Engine) -> None:
    found = _revision(connection)
    if found is not None and found not in _known_revisions():
        raise LedgerUnavailable(
            f"The database {name_of(engine.url)} was made by a newer version of the connector ({found}); "
            "install that version."
        )


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("models.migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

"""Creates and migrates the ledger's tables, and tells which version a database has."""

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text
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
            return MigrationContext.configure(connection).get_current_revision()
    except DBAPIError as error:
        raise as_ledger_error(error, engine.url) from error
    finally:
        engine.dispose()


def newest_revision() -> str:
    """The revision this version of the connector works with."""
    return str(_scripts().get_current_head())


def ensure_current(url: str) -> None:
    """Migrate when the database is behind; every command calls this before its work."""
    if current_revision(url) != newest_revision():
        upgrade(url)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("models.migrations")).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})


def _refuse_unknown(connection: Connection, engine: Engine) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise LedgerUnavailable(
            f"The database {name_of(engine.url)} was made by a newer version of the connector ({found}); "
            "install that version."
        )


def _run(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

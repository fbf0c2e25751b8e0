"""What a database failure means: try again, or one sentence for the person who runs the connector."""

from sqlalchemy import URL
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    StatementError,
)

from connector.errors import LedgerUnavailable

_TRY_AGAIN_STATES = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"})
"""PostgreSQL: serialisation, deadlock, lock not available, shutting down or starting, too many clients."""
_LIMITS = "54"
"""PostgreSQL's class of limits that a row exceeds, such as that of an index."""
_BUSY = ("database is locked", "database table is locked", "database schema has changed")
_COMMIT = "COMMIT"


def is_transient(error: DBAPIError) -> bool:
    """Whether the same transaction may well succeed in a moment, and surely did nothing yet."""
    state = _sqlstate(error)
    if state in _TRY_AGAIN_STATES:
        return True
    if any(words in str(error.orig) for words in _BUSY):
        return True
    return error.connection_invalidated and not _was_committing(error)


def is_refusal(error: Exception) -> bool:
    """Whether the database, or its driver, refused the values themselves: another row may well be taken."""
    if isinstance(error, DBAPIError):
        return isinstance(error, DataError | IntegrityError) or _sqlstate(error).startswith(_LIMITS)
    return isinstance(error, StatementError | ValueError | OverflowError)


def as_ledger_error(error: DBAPIError, url: URL) -> Exception:
    """LedgerUnavailable with a sentence for people, or the error itself when the caller is to blame."""
    text, state = str(error.orig), _sqlstate(error)
    for meaning, words, states in _MEANINGS:
        if state in states or any(word in text for word in words):
            return LedgerUnavailable(f"The database {name_of(url)} {meaning}.")
    if isinstance(error, OperationalError | InterfaceError):
        return LedgerUnavailable(f"The database {name_of(url)} cannot be used now: {_first_line(text)}.")
    return error


def name_of(url: URL) -> str:
    """How a database is called towards people: its file, or host and name, never a password."""
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return f"{url.database or url.username or ''} at {url.host or 'the local socket'}"


_MEANINGS: tuple[tuple[str, tuple[str, ...], frozenset[str]], ...] = (
    (
        "is not set up for this version; run: connector db upgrade",
        ("no such table", "no such column", "has no column named"),
        frozenset({"42P01", "42703"}),
    ),
    ("is read-only", ("readonly database", "read-only transaction"), frozenset({"25006"})),
    ("has no room left", ("disk is full", "No space left"), frozenset({"53100"})),
    ("refused the user or password", ("password authentication failed",), frozenset({"28P01", "28000"})),
    ("does not exist", (), frozenset({"3D000"})),
    (
        "is named with an option that does not exist: look at CONNECTOR_DATABASE_URL",
        ("invalid dsn",),
        frozenset(),
    ),
    ("is not an SQLite database", ("file is not a database",), frozenset()),
    ("is damaged", ("disk image is malformed",), frozenset({"XX001", "XX002"})),
    ("cannot be opened: check the folder and its rights", ("unable to open database file",), frozenset()),
    ("is busy: another process has been writing for too long", _BUSY, frozenset({"55P03"})),
)


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "pgcode", None) or ""


def _was_committing(error: DBAPIError) -> bool:
    # A commit has no statement of its own, so that SQLAlchemy raises without one.
    return error.statement is None


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].rstrip(".") if text.strip() else "no reason given"

"""PostgreSQL's word that a message has arrived in the inbox, on a connection of its own."""

from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from connector.errors import LedgerUnavailable
from connector.ledger.failures import as_ledger_error
from connector.ledger.inbox import CHANNEL


class Listener:
    """A connection that listens; `heard` is to be called whenever its socket can be read."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        dialect: Any = engine.dialect
        self._failure: type[Exception] = dialect.dbapi.Error
        self._connection: Any = None

    def open(self) -> int:
        """Connect and listen, blocking; gives the socket's number. Raises LedgerUnavailable."""
        try:
            lent = self._engine.connect()
            lent.detach()
        except DBAPIError as error:
            raise as_ledger_error(error, self._engine.url) from error
        self._connection = lent.connection.dbapi_connection
        try:
            self._connection.autocommit = True
            with self._connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
        except self._failure as error:
            self.close()
            raise _lost() from error
        return int(self._connection.fileno())

    def heard(self) -> bool:
        """Whether anything was told since; raises LedgerUnavailable when the connection is lost."""
        try:
            self._connection.poll()
        except self._failure as error:
            raise _lost() from error
        told = bool(self._connection.notifies)
        self._connection.notifies.clear()
        return told

    def close(self) -> None:
        """Stop listening; a second call does nothing."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _lost() -> LedgerUnavailable:
    return LedgerUnavailable("The connection on which the database tells of new webhooks was lost.")

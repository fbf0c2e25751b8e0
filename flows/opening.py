"""The ledger a run works on, refused when a deployment would work on one that nobody else sees."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect.runtime import deployment
from sqlalchemy import make_url

from connector import runtime
from connector.errors import ConfigurationError
from connector.runtime import Runtime


@contextmanager
def opened() -> Iterator[Runtime]:
    """The runtime of this run.

    A worker runs each flow in a folder of its own, so that an SQLite file with a relative name would be a
    new, empty ledger every time: runs would end well and no order would arrive. Raises ConfigurationError
    then.
    """
    with runtime.opened() as ledger:
        if deployment.id and _is_relative(ledger.settings.database_url):
            raise ConfigurationError(
                "A worker runs flows in folders of their own: set CONNECTOR_DATABASE_URL in its environment "
                "to a PostgreSQL database, or to an SQLite file by its full path (sqlite:////srv/connector.db)."
            )
        yield ledger


def _is_relative(database_url: str) -> bool:
    url = make_url(database_url)
    return url.get_backend_name() == "sqlite" and not (url.database or "").startswith("/")

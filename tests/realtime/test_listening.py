"""PostgreSQL tells of a message with the commit that stores it, and a lost connection is noticed."""

import select
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from connector.errors import LedgerUnavailable
from connector.ledger import inbox
from connector.ledger.database import Database
from connector.ledger.inbox import Arrival
from connector.ledger.listening import Listener
from tests.platforms import START

ARRIVAL = Arrival("tiktok", "1", "1", b"{}", None)


def listen_for_long(listener: Listener, socket: int) -> None:
    """Read whatever comes, ten times."""
    for _ in range(10):
        assert select.select([socket], [], [], 10)[0]
        listener.heard()


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """A PostgreSQL ledger."""
    made = Database(postgres_url)
    yield made
    made.dispose()


def test_what_is_stored_is_told_once(database: Database) -> None:
    listener = Listener(database.engine)
    socket = listener.open()
    assert not listener.heard()
    assert database.call(inbox.receive, arrivals=[ARRIVAL], now=START) == 1
    assert select.select([socket], [], [], 10)[0]
    assert listener.heard()
    assert database.call(inbox.receive, arrivals=[ARRIVAL], now=START) == 0
    assert not select.select([socket], [], [], 0.1)[0]
    listener.close()
    listener.close()


def test_a_lost_connection_is_noticed(database: Database) -> None:
    listener = Listener(database.engine)
    socket = listener.open()
    database.call(
        lambda session: session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        )
    )
    # The first thing to be read is the server's farewell, then the end.
    with pytest.raises(LedgerUnavailable, match="lost"):
        listen_for_long(listener, socket)
    listener.close()


def test_a_database_that_is_not_there_is_said_so() -> None:
    database = Database("postgresql+psycopg2://nobody@127.0.0.1:9/none")
    with pytest.raises(LedgerUnavailable):
        Listener(database.engine).open()
    database.dispose()

"""Counting refused logins: no gap for many tries at once, and nothing is remembered for ever."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from connector.ledger import login_failures
from connector.ledger.database import Database
from connector.ledger.login_failures import Limit
from connector.ledger.tables import LOGIN_FAILURES

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANN = Limit("name:ann", 5)
HOME = Limit("address:198.51.100.7", 20)


def reserve(db: Database, at: datetime = NOW) -> float:
    return db.call(login_failures.reserve, limits=(ANN, HOME), now=at)


def kept(db: Database) -> int:
    return db.read(lambda session: session.scalar(select(func.count()).select_from(LOGIN_FAILURES))) or 0


def test_many_tries_at_once_get_no_more_than_one_after_the_other(db: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(lambda _: reserve(db), range(24)))
    assert sorted(waits) == [0.0] * 5 + [15.0] * 19


def test_a_good_login_takes_its_count_back_and_that_of_its_name(db: Database) -> None:
    for _ in range(4):
        reserve(db)
    good = NOW + timedelta(minutes=1)
    reserve(db, good)
    db.call(login_failures.forgive, name=ANN, address=HOME, now=good)
    assert kept(db) == 4, "the four of the address stay"
    assert reserve(db, good) == 0.0


def test_failures_are_forgotten_after_a_day(db: Database) -> None:
    for _ in range(5):
        reserve(db)
    assert reserve(db) == 15.0
    assert reserve(db, NOW + timedelta(hours=24, seconds=1)) == 0.0
    assert kept(db) == 2


def test_no_name_is_kept_as_it_was_typed(db: Database) -> None:
    reserve(db)
    keys = db.read(lambda session: list(session.scalars(select(LOGIN_FAILURES.c.key))))
    assert all(len(key) == 64 and "ann" not in key for key in keys)

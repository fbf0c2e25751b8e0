"""Transactions: whole or not at all, tried again when that is safe, and failures in one clear sentence."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from connector.errors import LedgerUnavailable
from connector.ledger import cursors, stores
from connector.ledger.database import Database
from connector.ledger.schema import ensure_current
from connector.ledger.tables import STORES
from tests.ledger.making import add_store


def _rename(session: Session, *, before: str, after: str) -> None:
    session.execute(update(STORES).where(STORES.c.name == before).values(name=after))


def test_a_failing_call_leaves_nothing_behind(db: Database) -> None:
    add_store(db)

    def rename_then_fail(session: Session) -> None:
        _rename(session, before="us", after="other")
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        db.call(rename_then_fail)
    assert [row.name for row in db.read(stores.list_stores)] == ["us"]


def test_a_read_changes_nothing(db: Database) -> None:
    add_store(db)
    db.read(_rename, before="us", after="other")
    assert [row.name for row in db.read(stores.list_stores)] == ["us"]


def test_a_stream_may_be_left_early(db: Database) -> None:
    def numbers(session: Session) -> object:
        yield from session.scalars(text("SELECT 1 UNION ALL SELECT 2"))

    stream = db.stream(numbers)  # type: ignore[arg-type]
    assert next(stream) == 1
    stream.close()  # type: ignore[attr-defined]
    db.call(_rename, before="us", after="other")


async def _await(db: Database) -> list[str]:
    await db.run(_rename, before="us", after="other")
    return [row.name for row in await db.run_read(stores.list_stores)]


def test_calls_run_beside_the_event_loop(db: Database) -> None:
    add_store(db)
    assert asyncio.run(_await(db)) == ["other"]


def test_threads_do_not_lose_each_others_writes(db: Database) -> None:
    store = add_store(db)

    def append_letter(session: Session) -> None:
        held = select(STORES.c.last_error).where(STORES.c.id == store.id).with_for_update()
        text_so_far = session.scalar(held) or ""
        session.execute(update(STORES).where(STORES.c.id == store.id).values(last_error=f"{text_so_far}x"))

    threads = [threading.Thread(target=lambda: [db.call(append_letter) for _ in range(10)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.read(stores.store_by_id, store_id=store.id).last_error == "x" * 40


def test_a_deadlock_is_tried_again(postgres_url: str) -> None:
    pauses: list[float] = []
    survivor_done = threading.Event()

    def pause(wait: float) -> None:
        # Else the victim could take its row back before the survivor wakes: a second deadlock.
        pauses.append(wait)
        survivor_done.wait(timeout=20)

    db = Database(postgres_url, pause=pause)
    names = ("a", "b")
    for name in names:
        add_store(db, name)
    both_hold_one = threading.Barrier(2)
    tries: list[str] = []

    def rename_both(session: Session, *, first: str, second: str) -> None:
        tries.append(first)
        _touch(session, first)
        if len(tries) <= 2:
            both_hold_one.wait(timeout=20)
        _touch(session, second)

    def run(first: str, second: str) -> None:
        db.call(rename_both, first=first, second=second)
        survivor_done.set()

    threads = [threading.Thread(target=run, args=order) for order in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(tries) == 3
    assert pauses == [0.05]
    assert [row.last_error for row in db.read(stores.list_stores)] == ["xx", "xx"]
    db.dispose()


def _touch(session: Session, name: str) -> None:
    session.execute(
        text("UPDATE store SET last_error = coalesce(last_error, '') || 'x' WHERE name = :name"),
        {"name": name},
    )


def test_a_connection_that_was_cut_is_replaced(postgres_url: str) -> None:
    pauses: list[float] = []
    db = Database(postgres_url, pause=pauses.append)
    add_store(db)
    cut: list[bool] = []

    def rename_after_a_cut(session: Session) -> None:
        if not cut:
            cut.append(True)
            pid = session.scalar(text("SELECT pg_backend_pid()"))
            other = Database(postgres_url)
            other.read(lambda second: second.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid}))
            other.dispose()
        _rename(session, before="us", after="other")

    db.call(rename_after_a_cut)
    assert pauses == [0.05]
    assert [row.name for row in db.read(stores.list_stores)] == ["other"]
    db.dispose()


def test_a_writer_elsewhere_is_waited_for_and_then_named(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.ledger.engine._BUSY_SECONDS", 0)
    pauses: list[float] = []
    db = Database(sqlite_url, pause=pauses.append)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LedgerUnavailable, match="is busy: another process has been writing for too long"):
        db.call(_rename, before="a", after="b")
    assert pauses == [0.05, 0.2, 0.8, 2.0]
    db.read(stores.list_stores)
    other.execute("ROLLBACK")
    other.close()
    db.call(_rename, before="a", after="b")
    db.dispose()


def _use(url: str) -> None:
    db = Database(url)
    try:
        db.read(stores.list_stores)
    finally:
        db.dispose()


def _missing_folder(folder: Path) -> str:
    return f"sqlite:///{folder / 'missing' / 'connector.db'}"


def _no_database(folder: Path) -> str:
    (folder / "text.db").write_text("this is a letter to my grandmother, not a database " * 40)
    return f"sqlite:///{folder / 'text.db'}"


def _not_set_up(folder: Path) -> str:
    return f"sqlite:///{folder / 'empty.db'}"


@pytest.mark.parametrize(
    ("make_url", "sentence"),
    [
        (_missing_folder, "cannot be opened: check the folder and its rights"),
        (_no_database, "is not an SQLite database"),
        (_not_set_up, "is not set up for this version; run: connector db upgrade"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, make_url: Callable[[Path], str], sentence: str
) -> None:
    with pytest.raises(LedgerUnavailable, match=sentence):
        _use(make_url(tmp_path))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "The database URL cannot be read"),
        ("mysql://host/name", "'mysql' is not supported"),
        ("postgresql+nodriver://host/name", "driver 'postgresql\\+nodriver' is not there"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(LedgerUnavailable, match=sentence):
        _use(url)
    with pytest.raises(LedgerUnavailable, match=sentence):
        ensure_current(url)


def test_an_unreachable_server_is_named_without_its_password() -> None:
    with pytest.raises(LedgerUnavailable, match=r"shop at 127\.0\.0\.1 cannot be used now") as caught:
        _use("postgresql+psycopg2://me:hunter2@127.0.0.1:1/shop")
    assert "hunter2" not in str(caught.value)


def test_a_missing_postgres_database_is_named(empty_postgres_url: str) -> None:
    with pytest.raises(LedgerUnavailable, match="does not exist"):
        _use(empty_postgres_url.replace("connector_test_", "never_made_"))


def test_a_read_only_file_is_named(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    url = f"sqlite:///file:{path}?mode=ro&uri=true"
    db = Database(url)
    with pytest.raises(LedgerUnavailable, match="is read-only"):
        db.call(_rename, before="a", after="b")
    db.dispose()


def test_a_mistake_of_the_program_is_not_taken_for_an_unusable_database(db: Database) -> None:
    add_store(db)
    with pytest.raises(Exception, match=r"UNIQUE|unique") as caught:
        add_store(db)
    assert not isinstance(caught.value, LedgerUnavailable)


_KILLED_WORKER = """
import os, signal, sys
from datetime import UTC, datetime
from connector.ledger import cursors
from connector.ledger.database import Database

def advance_then_die(session, **kwargs):
    cursors.advance(session, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

db = Database(sys.argv[1])
where = {"store_id": int(sys.argv[2]), "now": datetime.now(UTC)}
db.call(cursors.advance, **where, stream="orders", position=7)
db.call(advance_then_die, **where, stream="orders", position=9)
"""


def test_a_committed_transaction_survives_a_killed_process(db: Database, database_url: str) -> None:
    store = add_store(db)
    command = [sys.executable, "-c", _KILLED_WORKER, database_url, str(store.id)]
    killed = subprocess.run(command, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert db.read(cursors.position, store_id=store.id, stream="orders") == 7

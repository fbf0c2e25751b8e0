"""A ledger that falls back, is lost, is full, or loses its connection: no order is made twice."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection

from connector.errors import LedgerUnavailable
from connector.ledger.schema import upgrade
from connector.services.fetch import backfill_window
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.story import Story
from tests.faults.conftest import MakeWorld
from tests.faults.ledgers import administer
from tests.faults.world import World

_HOUR = 3600.0


def _sync(world: World) -> str:
    """What the ledger says that kept a sync from its end; nothing when it ended."""
    try:
        world.sync()
    except LedgerUnavailable as error:
        return next(words for words in ("cannot be used now", "has no room left") if words in str(error))
    return ""


def _backfill(world: World) -> list[str | None]:
    async def story(session: StoreSession) -> None:
        await Story().backfill(session, backfill_window(*world.window()))

    results = asyncio.run(over_stores(world.runtime, None, source="backfill", story=story))
    return [result.error for result in results]


def _all_is_linked(world: World) -> None:
    assert _backfill(world) == [None]
    world.calm_down()
    assert world.verdict().ok, world.verdict()
    assert world.differences() == []


@pytest.mark.parametrize("synced_before", [True, False])
def test_a_ledger_restored_from_a_backup_an_hour_old(
    make_world: MakeWorld, sqlite_url: str, *, synced_before: bool
) -> None:
    world = make_world(sqlite_url)
    world.connect("us")
    world.accept_duplicates()
    if synced_before:
        world.offer(5)
        world.sync()
    backup = _back_up(world)
    world.offer(5)
    for _ in range(3):
        world.sync()
        world.wait(_HOUR / 3)
    world.offer(2)

    _restore(world, backup)
    assert world.sync() == []

    assert world.verdict().created == 7 + 5 * synced_before
    _all_is_linked(world)


def test_an_order_of_a_lost_time_that_was_cancelled_since_is_cancelled_on_shopify(
    make_world: MakeWorld, sqlite_url: str
) -> None:
    """Whether the restored ledger knows it as waiting or not at all."""
    world = make_world(sqlite_url)
    world.connect("us")
    world.accept_duplicates()
    world.sync()
    (held,) = world.offer(1)
    world.platforms.tiktok.move_order(held, "ON_HOLD")
    world.sync()
    backup = _back_up(world)
    (unknown,) = world.offer(1)
    for order_id in (held, unknown):
        world.platforms.tiktok.move_order(order_id, "AWAITING_SHIPMENT")
    world.sync()
    assert world.verdict().created == 2
    world.wait(_HOUR)
    assert all(world.cancel(order_id) for order_id in (held, unknown))

    _restore(world, backup)
    assert world.sync() == []

    assert world.verdict().ok, world.verdict()
    _all_is_linked(world)


def test_a_ledger_that_was_lost_entirely(world: World) -> None:
    world.offer(4, older=True)
    world.offer(4)
    world.sync()
    world.wait(_HOUR)

    world.runtime.database.dispose()
    _empty(world.database_url)
    world.connect("us")
    world.offer(2)
    assert world.sync() == []

    assert world.verdict().created == 10
    _all_is_linked(world)


def test_a_backfill_before_any_sync_links_what_an_earlier_ledger_made(world: World) -> None:
    world.offer(4)
    world.sync()
    world.wait(_HOUR)
    world.runtime.database.dispose()
    _empty(world.database_url)
    world.connect("us")

    _all_is_linked(world)


@pytest.mark.parametrize("nth", range(1, 18, 4))
def test_a_connection_lost_in_the_middle_of_a_transaction(
    make_world: MakeWorld, postgres_url: str, nth: int
) -> None:
    world = make_world(postgres_url)
    world.connect("us")
    world.accept_duplicates()
    world.offer(3)
    statements = 0
    admin = create_engine(postgres_url, isolation_level="AUTOCOMMIT")

    @event.listens_for(world.runtime.database.engine, "after_cursor_execute")
    def cut(connection: object, *_rest: object) -> None:
        nonlocal statements
        statements += 1
        if statements == nth * 3:
            with admin.connect() as other:
                other.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND application_name = 'connector'"
                    )
                )

    # How many statements a sync takes depends on how many outcomes were known at each commit.
    while statements < nth * 3:
        assert _sync(world) in ("", "cannot be used now")
    admin.dispose()
    event.remove(world.runtime.database.engine, "after_cursor_execute", cut)
    world.calm_down()

    assert world.verdict().ok, world.verdict()
    assert world.differences() == []


def test_a_disk_that_is_full_is_said_and_nothing_is_doubled_when_there_is_room(
    make_world: MakeWorld, sqlite_url: str
) -> None:
    world = make_world(sqlite_url)
    world.connect("us")
    world.accept_duplicates()
    world.offer(3)
    assert world.sync() == []
    engine, room = world.runtime.database.engine, 0

    @event.listens_for(engine, "checkout")
    def narrow(connection: DBAPIConnection, *_rest: object) -> None:
        cursor = connection.cursor()
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count={pages + room}")
        cursor.close()

    world.offer(40)
    full = 0
    for more in (0, 0, 1, 2, 4, 8, 1000):
        room = more
        full += _sync(world) == "has no room left"
        world.wait(130.0)

    assert full >= 1
    event.remove(engine, "checkout", narrow)
    engine.dispose()
    world.calm_down()
    assert world.verdict().ok, world.verdict()
    assert world.differences() == []


def _empty(url: str) -> None:
    if url.startswith("sqlite"):
        ledger = Path(make_url(url).database or "")
        for name in (ledger, Path(f"{ledger}-wal"), Path(f"{ledger}-shm")):
            name.unlink(missing_ok=True)
    else:
        administer(make_url(url), "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
    upgrade(url)


def _back_up(world: World) -> Path:
    backup = world.folder / "backup.db"
    with world.runtime.database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"VACUUM INTO '{backup}'")
    return backup


def _restore(world: World, backup: Path) -> None:
    world.runtime.database.dispose()
    ledger = Path(make_url(world.database_url).database or "")
    for name in (ledger, Path(f"{ledger}-wal"), Path(f"{ledger}-shm")):
        name.unlink(missing_ok=True)
    backup.rename(ledger)

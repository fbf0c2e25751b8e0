"""Several workers at once on one ledger, as real processes."""

import pytest

from tests.faults.worker import Orders, start
from tests.faults.world import World

_MANY = 40


def _workers(world: World, count: int, *, backfills: int = 0) -> list[int | None]:
    workers = [
        start(
            Orders(
                database_url=world.database_url,
                secret_key=world.secret_key,
                clock_file=world.clock_file,
                log_file=world.folder / "workers.log",
                seed=number,
                rounds=2,
                backfill=world.window() if number < backfills else None,
            )
        )
        for number in range(count)
    ]
    for worker in workers:
        worker.join()
    return [worker.exitcode for worker in workers]


@pytest.mark.parametrize(("count", "backfills"), [(2, 1), (4, 1)])
def test_workers_of_one_store(world: World, count: int, backfills: int) -> None:
    world.offer(_MANY // 2)
    world.offer(_MANY // 2, older=True)

    codes = _workers(world, count, backfills=backfills)

    assert codes == [0] * count
    assert world.calm_down() == []
    assert world.verdict().ok, world.verdict()
    assert world.differences() == []
    assert not (world.folder / "workers.log").read_text(encoding="utf-8").count("nexpected")


def test_only_one_of_several_workers_renews_a_token(world: World) -> None:
    world.offer(4)
    pair = world.pairs["us"]
    world.platforms.tiktok.desk.expire_access(pair.grant)

    codes = _workers(world, 4)

    assert codes == [0] * 4
    assert pair.grant.refreshes == 1
    assert world.calm_down() == []
    assert world.verdict().ok, world.verdict()
    assert world.reconnected == 0

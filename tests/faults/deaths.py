"""One sync after the other, each killed a moment later than the one before."""

from collections import Counter

from tests.faults.death import Death, Moment
from tests.faults.worker import Orders, start
from tests.faults.world import World

_ORDERS = 2
_WAITS = (0.0, 121.0, 11.0, 61.0, 61.0, 301.0)
"""Seconds until a lease has run out and an order in doubt has been looked for often enough."""


def moments_of_a_sync(world: World) -> Counter[Moment]:
    """How often a worker passes each moment while it brings over as many orders as each sync here does."""
    world.offer(_ORDERS)
    _run(world, None)
    last = (world.folder / "workers.log").read_text(encoding="utf-8").splitlines()[-1]
    words = last.rsplit("passed ", 1)[1].split()
    return Counter({Moment(word): int(count) for word, count in (each.split("=") for each in words)})


def sync_that_dies(world: World, death: Death) -> int | None:
    """A worker dies, calm ones go on until all is there; gives the first one's exit code."""
    world.offer(_ORDERS)
    code = _run(world, death)
    for seconds in _WAITS:
        world.wait(seconds)
        world.sync()
        if world.verdict().ok:
            break
    return code


def _run(world: World, death: Death | None) -> int | None:
    worker = start(
        Orders(
            database_url=world.database_url,
            secret_key=world.secret_key,
            clock_file=world.clock_file,
            log_file=world.folder / "workers.log",
            seed=world.seed,
            rounds=1,
            death=death,
        )
    )
    worker.join()
    return worker.exitcode

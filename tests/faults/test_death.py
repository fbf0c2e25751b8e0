"""A worker killed by SIGKILL at a chosen moment, then another one: nothing lost, nothing doubled.

Every commit, request and answer of a sync is a moment, and so is every step of its event loop; the steps are
sampled here and all of them in the long proof (`python -m tests.faults --deaths`).
"""

import signal

import pytest

from tests.faults.conftest import MakeWorld
from tests.faults.death import Death, Moment
from tests.faults.deaths import moments_of_a_sync, sync_that_dies

_EVERY = {Moment.STEP: 50, Moment.SENT: 2}
_EVERY_ON_POSTGRES = {
    Moment.STEP: 80,
    Moment.COMMIT: 4,
    Moment.COMMITTED: 4,
    Moment.SEND: 4,
    Moment.SENT: 4,
    Moment.ANSWER: 4,
}


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_death_at_any_moment(kind: str, request: pytest.FixtureRequest, make_world: MakeWorld) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    world = make_world(url)
    world.connect("us")
    world.accept_duplicates()
    every = _EVERY if kind == "sqlite" else _EVERY_ON_POSTGRES
    died = 0
    for moment, count in moments_of_a_sync(world).items():
        for nth in range(1, count + 1, every.get(moment, 1)):
            died += sync_that_dies(world, Death(moment, nth)) == -signal.SIGKILL
            verdict = world.verdict()
            assert verdict.ok, (moment, nth, verdict)

    # How many moments a sync has differs a little from run to run and between the databases.
    assert died >= 10
    assert world.calm_down() == []
    assert world.differences() == []

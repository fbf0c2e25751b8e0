"""A short piece of the long proof's poison: junk orders between good ones, sound answers and junk ones."""

import orjson
import pytest

from connector.sandbox.exchange import Request, Response, Service
from connector.sandbox.faults import Fault
from tests.documents import paths
from tests.faults.conftest import MakeWorld
from tests.faults.poison import PoisonStory
from tests.poison import WRONG, with_junk


def test_junk_in_orders_and_answers_stops_no_other_order(make_world: MakeWorld, sqlite_url: str) -> None:
    world = make_world(sqlite_url, seed=20)

    outcome = PoisonStory(world, orders=300, at_once=150).tell()

    assert outcome.ok, outcome
    assert outcome.events["neighbours unharmed"] == outcome.verdict.offered >= 150
    assert outcome.events["poisoned orders created"] > 50
    assert outcome.events["poisoned orders blocked"] > 50
    assert outcome.events["poisoned answers of Shopify: orderCreate"] > 0
    assert outcome.events["poisoned answers of TikTok: order.search"] > 0


_WORSE = (*WRONG, "\x00", "gid://shopify/Order/" + "9" * 120, "sNaN", [{"message": "\x00"}], 1e-300)


@pytest.mark.parametrize("answered", ["made", "refused"])
def test_every_wrong_value_in_every_place_of_the_answer_to_a_create(
    make_world: MakeWorld, postgres_url: str, answered: str
) -> None:
    """PostgreSQL, because it refuses texts that SQLite takes."""
    world = make_world(postgres_url)
    world.connect("us")
    world.accept_duplicates()
    app = world.pairs["us"].shopify_app
    if answered == "refused":
        world.pairs["us"].shopify.switches.orders_per_minute = 0
    app.service = _EachPlace(sound := app.service)
    world.offer(_PLACES)
    for _ in range(6):
        errors = world.sync()
        assert not any("nexpected" in error for error in errors), errors
        world.wait(20.0)
    app.service = sound
    world.pairs["us"].shopify.switches.orders_per_minute = None

    world.retry("shopify_refused")
    assert world.calm_down() == []

    assert world.verdict().ok, world.verdict()
    assert world.differences() == []


_PLACES = 150


class _EachPlace:
    """A Shopify whose answers to creates each hold another wrong value in another place."""

    def __init__(self, sound: Service) -> None:
        self.sound = sound
        self.clock, self.lock = sound.clock, sound.lock
        self._next = 0

    def operation(self, request: Request) -> str:
        return self.sound.operation(request)

    def failure(self, request: Request, fault: Fault) -> Response:
        return self.sound.failure(request, fault)

    def answer(self, request: Request) -> Response:
        answered = self.sound.answer(request)
        if self.sound.operation(request) != "orderCreate":
            return answered
        document = [orjson.loads(answered.body)]
        every = [(path, value) for path in paths(document) for value in _WORSE]
        # A step that shares no factor with their number comes by all of them.
        self._next += 1
        (junk,) = with_junk(document, [every[self._next * 7 % len(every)]]) or (None,)
        return Response(answered.status, orjson.dumps(junk), answered.headers)

"""A short piece of the long proof's poison: junk orders between good ones, sound answers and junk ones."""

from tests.faults.conftest import MakeWorld
from tests.faults.poison import PoisonStory


def test_junk_in_orders_and_answers_stops_no_other_order(make_world: MakeWorld, sqlite_url: str) -> None:
    world = make_world(sqlite_url, seed=20)

    outcome = PoisonStory(world, orders=300, at_once=150).tell()

    assert outcome.ok, outcome
    assert outcome.events["neighbours unharmed"] == outcome.verdict.offered >= 150
    assert outcome.events["poisoned orders created"] > 50
    assert outcome.events["poisoned orders blocked"] > 50
    assert outcome.events["poisoned answers of Shopify: orderCreate"] > 0
    assert outcome.events["poisoned answers of TikTok: order.search"] > 0

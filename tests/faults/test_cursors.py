"""A reader that is stopped in the middle of a window misses nothing when it goes on."""

import asyncio

from connector.ledger.tables import ORDERS
from connector.services.fetch import Reading, update_window
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from tests.faults.world import World
from tests.ledger import peeking


def test_a_page_whose_orders_all_changed_meanwhile_does_not_carry_the_cursor_past_the_rest(
    world: World,
) -> None:
    """Its times are later than its place in the list (TikTok reference 3.2), and tell nothing of it."""
    pair = world.pairs["us"]
    pair.tiktok.facts.paging = "snapshot"
    sound = pair.tiktok.order(pair.place("MUG-01"))
    begun = int(world.clock.now().timestamp()) - 10_000
    placed = []
    for number, at in enumerate(range(begun, begun + 250 * 30, 30)):
        order = {**sound, "id": f"5864{number:014d}", "create_time": at, "update_time": at}
        placed.append(pair.tiktok.add_order(pair.shop, order))

    async def stopped_after_two_pages(session: StoreSession) -> None:
        reading = Reading(session, await update_window(session))
        await reading.read(1)
        world.wait(5.0)
        for order_id in placed[100:200]:
            pair.tiktok.move_order(order_id, "IN_TRANSIT")
        await reading.read(1)

    async def read_to_the_end(session: StoreSession) -> None:
        await Reading(session, await update_window(session)).read(10)

    for story in (stopped_after_two_pages, read_to_the_end):
        asyncio.run(over_stores(world.runtime, None, source="sync", story=story))

    assert {row["tiktok_order_id"] for row in peeking.rows(world.runtime.database, ORDERS)} >= set(placed)

"""A worker that stood still for longer than its lease lasts makes nothing twice when it goes on."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import httpx

from connector.ledger import outcomes
from connector.services.create import create
from connector.services.leases import claim
from connector.services.look_up import look_up
from connector.services.match import match
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.services.validate import validate
from connector.shopify.connections import OwnConnections
from tests.faults.world import World

_LEASE = 120.0


class Interrupted(httpx.AsyncBaseTransport):
    """Just before the first create, or another mutation, leaves, something else happens first."""

    def __init__(self, happening: Callable[[], None], mutation: bytes = b"orderCreate") -> None:
        self._inner = OwnConnections()
        self._happening: Callable[[], None] | None = happening
        self._mutation = mutation

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._happening is not None and self._mutation in request.content:
            happening, self._happening = self._happening, None
            await asyncio.to_thread(happening)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


def test_a_request_does_not_leave_after_the_lease_ran_out(world: World) -> None:
    world.offer(1)

    def others_do_it() -> None:
        world.runtime.http = None
        world.wait(_LEASE + 5)
        for seconds in (15.0, 75.0, 15.0):
            world.sync()
            world.wait(seconds)
        assert world.verdict().created == 1

    world.runtime.http = lambda: httpx.AsyncClient(transport=Interrupted(others_do_it))
    world.sync()

    assert world.verdict().ok, world.verdict()
    assert world.differences() == []


def test_a_request_that_did_not_leave_is_sent_again_at_once_when_nobody_took_the_order(world: World) -> None:
    world.offer(1)

    def nothing() -> None:
        world.runtime.http = None
        world.clock.advance(timedelta(seconds=_LEASE + 5))

    world.runtime.http = lambda: httpx.AsyncClient(transport=Interrupted(nothing))
    world.sync()

    assert world.verdict().ok, world.verdict()


def test_two_batches_of_one_run_never_hold_the_same_order(world: World) -> None:
    world.offer(1)
    world.sync()
    world.offer(1)

    async def story(session: StoreSession) -> None:
        from connector.services.fetch import Reading, update_window

        await Reading(session, await update_window(session)).read(10)
        first = await claim(session, limit=10)
        world.wait(_LEASE + 5)
        second = await claim(session, limit=10)
        assert (len(first), len(second)) == (1, 1)
        for step in (validate, match):
            await step(session, first)
            await step(session, second)
        await create(session, second)
        await create(session, first)

    results = asyncio.run(over_stores(world.runtime, None, source="sync", story=story))

    assert [result.error for result in results] == [None]
    assert world.verdict().ok, world.verdict()


def test_the_end_of_a_request_nobody_saw_is_when_its_order_was_taken_over(world: World) -> None:
    """However long it waited for points before it left, and it may be carried out half a minute later."""
    world.offer(1)

    async def dies(session: StoreSession) -> None:
        from connector.services.fetch import Reading, update_window

        await Reading(session, await update_window(session)).read(10)
        batch = await claim(session, limit=1)
        begun = [(each.pk, "hash") for each in batch.live]
        await session.database.run(
            outcomes.begin_attempts, owner=batch.owner, now=session.clock.now(), attempts=begun
        )

    async def looks(session: StoreSession) -> int:
        batch = await claim(session, limit=1)
        if len(batch):
            await look_up(session, batch)
        return len(batch)

    surely_absent: list[float] = []
    asyncio.run(over_stores(world.runtime, None, source="sync", story=dies))
    world.wait(_LEASE + 1)
    taken_over = world.clock.monotonic()

    async def story(session: StoreSession) -> None:
        if await looks(session):
            surely_absent.append(world.clock.monotonic() - taken_over)

    for _ in range(60):
        asyncio.run(over_stores(world.runtime, None, source="sync", story=story))
        world.wait(2.0)

    assert surely_absent
    assert surely_absent[0] >= 60.0


def test_what_follows_on_shopify_is_left_to_whoever_took_it_over(world: World) -> None:
    """Cancelling a few may outlast the lease they were claimed under."""
    placed = world.offer(2)
    world.sync()
    for order_id in placed:
        world.cancel(order_id)
    counts: list[int] = []

    def others_do_it() -> None:
        world.runtime.http = None
        world.wait(_LEASE + 5)
        told()

    def told() -> None:
        results = asyncio.run(over_stores(world.runtime, None, source="sync", story=Story().sync))
        counts.append(sum(result.cancelled for result in results))

    world.runtime.http = lambda: httpx.AsyncClient(transport=Interrupted(others_do_it, b"orderCancel"))
    told()

    assert counts == [2, 0]
    assert world.verdict().ok, world.verdict()

"""Shopify's points: a create waits for them, and hardly ever asks in vain."""

import asyncio

import pytest

from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.platforms import Platforms, StorePair
from connector.shopify.client import ShopifyClient
from connector.shopify.results import Made
from tests.shopify.sandboxed.making import OPTIONS, Build, made

pytestmark = pytest.mark.anyio


async def test_a_throttled_create_is_sent_again(client: ShopifyClient, pair: StorePair, order: Build) -> None:
    pair.shopify_faults.add("orderCreate", Fault(FaultKind.THROTTLED), times=2)
    await made(client, order())
    assert pair.shopify_faults.requests("orderCreate") == 3
    assert len(pair.shopify.orders) == 1


@pytest.mark.parametrize("status", [200, 429])
async def test_a_drained_bucket_is_waited_for(
    client: ShopifyClient, pair: StorePair, order: Build, sandbox: Platforms, status: int
) -> None:
    pair.shopify.switches.throttled_status = status
    pair.shopify.bucket(pair.shopify.app).drain()
    before = sandbox.clock.monotonic()
    await made(client, order())
    assert sandbox.clock.monotonic() > before
    assert len(pair.shopify.orders) == 1


async def test_many_creates_at_once_are_hardly_ever_throttled(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    bucket = pair.shopify.bucket(pair.shopify.app)
    results = await asyncio.gather(*(client.create_order(order(str(n)), OPTIONS) for n in range(300)))
    assert all(isinstance(result, Made) for result in results)
    assert len(pair.shopify.orders) == 300
    assert bucket.throttled <= 3

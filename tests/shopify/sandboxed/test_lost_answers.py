"""An answer to a create that was lost: unknown, sent once, and found again where it was made."""

from datetime import timedelta

import pytest

from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.platforms import Platforms, StorePair
from connector.shopify.client import ShopifyClient
from connector.shopify.results import Unknown
from tests.shopify.sandboxed.making import OPTIONS, Build

pytestmark = pytest.mark.anyio


COMMITTED = [
    Fault(FaultKind.RESET, committed=True),
    Fault(FaultKind.TRUNCATED),
    Fault(FaultKind.GARBLED, committed=True),
    Fault(FaultKind.STATUS, status=502, committed=True),
    Fault(FaultKind.STATUS, status=503, committed=True, retry_after=1),
    Fault(FaultKind.INTERNAL_ERROR, committed=True),
    Fault(FaultKind.ERROR_CODE, code="TIMEOUT", status=200, committed=True),
]
UNCOMMITTED = [
    Fault(FaultKind.RESET),
    Fault(FaultKind.GARBLED),
    Fault(FaultKind.STATUS, status=504),
    Fault(FaultKind.INTERNAL_ERROR),
]


@pytest.mark.parametrize("fault", [*COMMITTED, *UNCOMMITTED], ids=str)
async def test_a_lost_create_is_unknown_and_sent_once(
    client: ShopifyClient, pair: StorePair, order: Build, fault: Fault
) -> None:
    pair.shopify_faults.add("orderCreate", fault)
    assert isinstance(await client.create_order(order(), OPTIONS), Unknown)
    assert pair.shopify_faults.requests("orderCreate") == 1
    there = fault in COMMITTED
    assert len(pair.shopify.orders) == (1 if there else 0)
    assert list(await client.find_by_custom_ids(["shop:576"])) == (["shop:576"] if there else [])


async def test_a_late_commit_is_found_later(
    client: ShopifyClient, pair: StorePair, sandbox: Platforms, order: Build
) -> None:
    pair.shopify_faults.add("orderCreate", Fault(FaultKind.LATE, delay=20))
    assert isinstance(await client.create_order(order(), OPTIONS), Unknown)
    assert await client.find_by_custom_ids(["shop:576"]) == {}
    sandbox.clock.advance(timedelta(seconds=21))
    assert list(await client.find_by_custom_ids(["shop:576"])) == ["shop:576"]

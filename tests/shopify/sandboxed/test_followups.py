"""Cancelling and fulfilling: asked twice, done once."""

import pytest

from connector.errors import Unavailable
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.platforms import StorePair
from connector.shopify.client import ShopifyClient
from connector.shopify.results import Tracking
from tests.shopify.sandboxed.making import SKU, Build, made

pytestmark = pytest.mark.anyio


async def test_cancelling_restocks_and_is_safe_to_repeat(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    stock = pair.shopify.stock(SKU)
    result = await made(client, order(quantity=3))
    assert pair.shopify.stock(SKU) == stock - 3
    assert (await client.cancel_order(result.order_id, restock=True)).status == "done"
    assert (await client.cancel_order(result.order_id, restock=True)).status == "already"
    assert pair.shopify.stock(SKU) == stock
    assert pair.shopify.orders[0].cancelled_at is not None


async def test_a_cancellation_whose_answer_is_lost_is_looked_at(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order())
    pair.shopify_faults.add("orderCancel", Fault(FaultKind.RESET, committed=True))
    assert (await client.cancel_order(result.order_id, restock=True)).status == "done"
    assert pair.shopify_faults.requests("orderCancel") == 1


async def test_a_cancellation_that_never_arrived_is_to_be_asked_again(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order())
    pair.shopify_faults.add("orderCancel", Fault(FaultKind.RESET), times=1)
    with pytest.raises(Unavailable):
        await client.cancel_order(result.order_id, restock=True)
    assert (await client.cancel_order(result.order_id, restock=True)).status == "done"


async def test_a_fulfilled_order_is_not_cancelled(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order(fulfillmentStatus="FULFILLED"))
    refused = await client.cancel_order(result.order_id, restock=True)
    assert refused.status == "refused"
    assert refused.message


async def test_an_order_that_is_gone_is_refused(client: ShopifyClient, pair: StorePair, order: Build) -> None:
    result = await made(client, order())
    pair.shopify.delete_order(pair.shopify.orders[0])
    assert (await client.cancel_order(result.order_id, restock=True)).status == "refused"
    assert (await client.fulfil_units(result.order_id, {pair.shopify.variant(SKU).id: 1})).status == "refused"


async def test_units_are_fulfilled_once_however_often_it_is_asked(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order(quantity=5))
    variant = pair.shopify.variant(SKU).id
    first = await client.fulfil_units(result.order_id, {variant: 2}, Tracking("1Z999", "UPS"))
    assert (first.status, first.fulfilled) == ("done", {variant: 2})
    again = await client.fulfil_units(result.order_id, {variant: 2}, Tracking("1Z999", "UPS"))
    assert again.status == "already"
    more = await client.fulfil_units(result.order_id, {variant: 5})
    assert (more.status, more.fulfilled) == ("done", {variant: 3})
    parcels = pair.shopify.orders[0].fulfillments
    assert [sum(count for _, _, count in parcel.lines) for parcel in parcels] == [2, 3]
    assert parcels[0].tracking_info == [{"company": "UPS", "number": "1Z999", "url": None}]


async def test_a_fulfilment_whose_answer_is_lost_is_counted_next_time(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order(quantity=5))
    variant = pair.shopify.variant(SKU).id
    pair.shopify_faults.add("fulfillmentCreate", Fault(FaultKind.RESET, committed=True), times=1)
    with pytest.raises(Unavailable):
        await client.fulfil_units(result.order_id, {variant: 2})
    assert (await client.fulfil_units(result.order_id, {variant: 2})).status == "already"
    assert len(pair.shopify.orders[0].fulfillments) == 1


async def test_a_cancelled_order_is_not_fulfilled(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order())
    await client.cancel_order(result.order_id, restock=True)
    assert (await client.fulfil_units(result.order_id, {pair.shopify.variant(SKU).id: 1})).status == "refused"


async def test_more_units_than_there_are_are_not_invented(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order(quantity=2))
    variant = pair.shopify.variant(SKU).id
    assert (await client.fulfil_units(result.order_id, {variant: 9})).fulfilled == {variant: 2}
    assert (
        await client.fulfil_units(result.order_id, {"gid://shopify/ProductVariant/1": 1})
    ).status == "already"

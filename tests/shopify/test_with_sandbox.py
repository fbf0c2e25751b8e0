"""The client against the sandbox over HTTP: what it makes is there once, and what it says of it is true."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.errors import AccessDenied, ConfigurationError, Unavailable
from connector.mapping.identity import KEY, NAMESPACE
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.platforms import Platforms, StorePair
from connector.sandbox.shopify.switches import DuplicateIdentifier
from connector.shopify.client import ShopifyClient
from connector.shopify.connections import open_http
from connector.shopify.results import Made, NotMade, Tracking, Unknown, VariantRow
from connector.shopify.tokens import ClientCredentials, StaticToken

pytestmark = pytest.mark.anyio

SKU = "TEE-BLK-M"


@pytest.fixture
def pair(sandbox: Platforms) -> StorePair:
    return sandbox.pairs["us"]


@pytest.fixture
async def client(sandbox: Platforms, pair: StorePair) -> AsyncIterator[ShopifyClient]:
    """A client with a static token; the unique metafield is defined."""
    async with open_http() as http:
        made = ShopifyClient(
            base_url=sandbox.shopify_url("us"),
            domain=pair.shopify.domain,
            api_version="2026-10",
            tokens=StaticToken(pair.shopify.access_token),
            http=http,
            clock=sandbox.clock,
        )
        await made.ensure_identifier_definition()
        yield made


@pytest.fixture
def order(pair: StorePair) -> Callable[..., dict[str, Any]]:
    """The input of an order for units of one variant."""

    def build(number: str = "576", quantity: int = 1, **more: Any) -> dict[str, Any]:
        money = {"amount": "12.00", "currencyCode": "USD"}
        total = {"amount": f"{12 * quantity}.00", "currencyCode": "USD"}
        metafield = {
            "namespace": NAMESPACE,
            "key": KEY,
            "type": "id",
            "value": f"shop:{number}",
        }
        line = {
            "variantId": pair.shopify.variant(SKU).id,
            "quantity": quantity,
            "requiresShipping": True,
            "priceSet": {"shopMoney": money},
        }
        return {
            "currency": "USD",
            "sourceIdentifier": number,
            "tags": ["TikTok Shop"],
            "processedAt": "2026-11-01T11:00:00Z",
            "metafields": [metafield],
            "lineItems": [line],
            "transactions": [{"kind": "SALE", "status": "SUCCESS", "amountSet": {"shopMoney": total}}],
            **more,
        }

    return build


OPTIONS = {"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}
Build = Callable[..., dict[str, Any]]


async def made(client: ShopifyClient, order_input: dict[str, Any]) -> Made:
    result = await client.create_order(order_input, OPTIONS)
    assert isinstance(result, Made)
    return result


# Creating


async def test_an_order_is_made_and_found_in_both_ways(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    result = await made(client, order())
    assert [kept.id for kept in pair.shopify.orders] == [result.order_id]
    by_id = (await client.find_by_custom_ids(["shop:576", "shop:577"]))["shop:576"]
    by_source = (await client.find_by_source_identifiers(["576", "577"]))["576"]
    assert [by_id.id, *(found.id for found in by_source)] == [result.order_id] * 2
    assert (by_id.total, by_id.currency, by_id.tags) == (Decimal(12), "USD", ("TikTok Shop",))
    assert (by_source[0].custom_id, by_source[0].name) == ("shop:576", result.name)


async def test_an_order_costs_at_most_eleven_points(client: ShopifyClient, order: Build) -> None:
    before = client.points
    await made(client, order())
    assert client.points - before <= 11


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


@pytest.mark.parametrize("rule", list(DuplicateIdentifier))
async def test_a_second_create_with_one_identifier(
    client: ShopifyClient, pair: StorePair, order: Build, rule: DuplicateIdentifier
) -> None:
    pair.shopify.switches.duplicate_identifier = rule
    await made(client, order())
    result = await client.create_order(order(), OPTIONS)
    if rule is DuplicateIdentifier.REFUSE:
        assert isinstance(result, NotMade)
        assert result.identifier_taken
    else:
        assert isinstance(result, Made)
        assert bool(result.notes) is (rule is DuplicateIdentifier.CREATE_WITH_ERROR)
    found = (await client.find_by_source_identifiers(["576"]))["576"]
    assert len(found) == len(pair.shopify.orders)


async def test_the_limit_of_development_stores(client: ShopifyClient, pair: StorePair, order: Build) -> None:
    pair.shopify.switches.orders_per_minute = 2
    results = [await client.create_order(order(str(number)), OPTIONS) for number in range(3)]
    assert isinstance(results[2], NotMade)
    assert (results[2].kind, len(pair.shopify.orders)) == ("too_many_attempts", 2)


async def test_a_missing_scope_is_not_made(client: ShopifyClient, pair: StorePair, order: Build) -> None:
    pair.shopify.app.grant(frozenset({"read_orders"}))
    result = await client.create_order(order(), OPTIONS)
    assert isinstance(result, NotMade)
    assert result.kind == "access_denied"
    assert "write_orders" in result.message


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lineItems": []}, "order.lineItems"),
        ({"email": "nobody"}, "order.email"),
        ({"shippingAddress": {"countryCode": "US", "provinceCode": "XX"}}, "order.shippingAddress.province"),
        ({"shippingAddress": {"countryCode": "XX"}}, "order.shippingAddress.countryCode"),
    ],
)
async def test_a_refusal_names_the_field(
    client: ShopifyClient, pair: StorePair, order: Build, change: dict[str, Any], field: str
) -> None:
    result = await client.create_order(order(**change), OPTIONS)
    assert isinstance(result, NotMade)
    assert result.kind == "refused"
    assert field in result.fields
    assert pair.shopify.orders == []


async def test_client_credentials_make_orders_and_are_renewed(
    sandbox: Platforms, pair: StorePair, order: Build, client: ShopifyClient
) -> None:
    async with open_http() as http:
        tokens = ClientCredentials(
            base_url=sandbox.shopify_url("us"),
            client_id=pair.shopify.client_id,
            client_secret=pair.shopify.client_secret,
            http=http,
            clock=sandbox.clock,
        )
        by_grant = ShopifyClient(
            base_url=sandbox.shopify_url("us"),
            domain=pair.shopify.domain,
            api_version="2026-10",
            tokens=tokens,
            http=http,
            clock=sandbox.clock,
        )
        await made(by_grant, order("1"))
        pair.shopify.access.revoke(await tokens.access_token())
        await made(by_grant, order("2"))
        sandbox.clock.advance(timedelta(hours=25))
        await made(by_grant, order("3"))
    assert pair.shopify_faults.requests("oauth.token") == 3


async def test_a_shop_that_is_frozen_is_unavailable(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    pair.shopify.shop_status = 402
    result = await client.create_order(order(), OPTIONS)
    assert isinstance(result, NotMade)
    assert (result.kind, result.retry_after) == ("unavailable", 900.0)
    with pytest.raises(Unavailable):
        await client.shop()


# Looking up


@pytest.mark.parametrize("is_error", [False, True])
async def test_missing_orders_are_left_out_however_shopify_says_it(
    client: ShopifyClient, pair: StorePair, order: Build, *, is_error: bool
) -> None:
    pair.shopify.switches.missing_identifier_is_error = is_error
    await made(client, order("2"))
    found = await client.find_by_custom_ids([f"shop:{number}" for number in range(4)])
    assert list(found) == ["shop:2"]


async def test_without_its_definition_nothing_is_looked_up(sandbox: Platforms, pair: StorePair) -> None:
    async with open_http() as http:
        bare = ShopifyClient(
            base_url=sandbox.shopify_url("us"),
            domain=pair.shopify.domain,
            api_version="2026-10",
            tokens=StaticToken(pair.shopify.access_token),
            http=http,
            clock=sandbox.clock,
        )
        with pytest.raises(ConfigurationError, match="unique order metafield"):
            await bare.find_by_custom_ids(["shop:1", "shop:2"])


async def test_the_search_index_runs_behind_and_the_key_does_not(
    client: ShopifyClient, pair: StorePair, sandbox: Platforms, order: Build
) -> None:
    pair.shopify.switches.search_lag = 30
    await made(client, order())
    assert await client.find_by_source_identifiers(["576"]) == {}
    assert list(await client.find_by_custom_ids(["shop:576"])) == ["shop:576"]
    sandbox.clock.advance(timedelta(seconds=31))
    assert list(await client.find_by_source_identifiers(["576"])) == ["576"]


async def test_orders_beyond_shopifys_unwritten_limit_of_terms_are_asked_for_again(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    pair.shopify.switches.search_terms_limit = 10
    await made(client, order("29"))
    found = await client.find_by_source_identifiers([str(number) for number in range(30)])
    assert list(found) == ["29"]


async def test_a_window_by_order_time_and_by_creation(
    client: ShopifyClient, pair: StorePair, sandbox: Platforms, order: Build
) -> None:
    for number in range(5):
        at = f"2026-11-01T{number:02}:00:00Z"
        await made(client, order(str(number), processedAt=at, tags=["TikTok Shop"] if number else ["Other"]))
    start = sandbox.clock.now().replace(hour=0)
    window = (start, start + timedelta(hours=3))
    assert [found.source_identifier async for found in client.orders_between(*window)] == ["0", "1", "2"]
    tagged = client.orders_between(*window, tag="TikTok Shop")
    assert [found.source_identifier async for found in tagged] == ["1", "2"]
    assert [found async for found in client.orders_between(*window, by="created_at")] == []


# Variants


async def test_variants_by_sku_and_the_whole_catalogue_agree(client: ShopifyClient, pair: StorePair) -> None:
    everything = [row async for row in client.catalog()]
    assert {row.variant_id for row in everything} == set(pair.shopify.catalog.variants)
    found = {row.variant_id: row for row in await client.variants_by_sku([SKU, SKU.lower(), "no-such-sku"])}
    variant = pair.shopify.variant(SKU)
    assert found[variant.id] in everything
    assert (found[variant.id].sku, Decimal(found[variant.id].price)) == (SKU, variant.price)


@pytest.mark.parametrize("sku", ['5" tube', "a\\b", "it's", "a:b", "(x) OR y", "plus+", "ä ö", "-minus", "*"])
async def test_odd_skus_are_found(client: ShopifyClient, pair: StorePair, sku: str) -> None:
    pair.shopify.add_product("Odd", [{"sku": sku, "title": "Odd", "price": "1.00"}])
    assert sku in {row.sku for row in await client.variants_by_sku([sku])}


async def test_skus_beyond_shopifys_unwritten_limit_of_terms_are_asked_for_again(
    client: ShopifyClient, pair: StorePair
) -> None:
    pair.shopify.switches.search_terms_limit = 10
    skus = [f"LOT-{number}" for number in range(25)]
    pair.shopify.add_product("Lot", [{"sku": sku, "title": sku, "price": "1.00"} for sku in skus])
    assert {row.sku for row in await client.variants_by_sku(skus)} == set(skus)


async def test_an_empty_catalogue_is_no_failure(client: ShopifyClient, pair: StorePair) -> None:
    pair.shopify.catalog.variants.clear()
    assert [row async for row in client.catalog()] == []


async def test_a_failed_bulk_query_gives_no_rows(client: ShopifyClient, pair: StorePair) -> None:
    pair.shopify.switches.bulk_failure = "INTERNAL_SERVER_ERROR"
    rows: list[VariantRow] = []

    async def collect() -> None:
        async for row in client.catalog():
            rows.append(row)  # noqa: PERF401 - what came before the error is what is judged

    with pytest.raises(Unavailable, match="FAILED"):
        await collect()
    assert rows == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault(FaultKind.TRUNCATED),
        Fault(FaultKind.STATUS, status=403),
        Fault(FaultKind.GARBLED),
        Fault(FaultKind.RESET),
    ],
    ids=str,
)
async def test_a_catalogue_file_that_breaks_off_does_not_end_well(
    client: ShopifyClient, pair: StorePair, fault: Fault
) -> None:
    pair.shopify_faults.add("bulk.download", fault)
    with pytest.raises(Unavailable):
        async for _ in client.catalog():
            pass


async def test_the_catalogue_waits_for_other_bulk_queries(client: ShopifyClient, pair: StorePair) -> None:
    pair.shopify.switches.bulk_seconds = 30
    first = [client.catalog() for _ in range(6)]
    await_all = [await anext(rows) for rows in first]
    assert len({row.variant_id for row in await_all}) >= 1
    for rows in first:
        await rows.aclose()  # type: ignore[attr-defined]


# The store


async def test_what_the_store_says_of_itself(client: ShopifyClient, pair: StorePair) -> None:
    facts = await client.shop()
    assert (facts.domain, facts.currency, facts.plan) == ("sandbox-us.myshopify.com", "USD", "Standard")
    assert {"write_orders", "read_orders", "read_products"} <= facts.scopes
    assert facts.location_id == pair.shopify.location.id
    assert "2026-10" in facts.api_versions
    assert "unstable" not in facts.api_versions
    assert not facts.is_development


async def test_without_the_scope_there_is_no_location(client: ShopifyClient, pair: StorePair) -> None:
    pair.shopify.app.grant(frozenset({"write_orders", "read_products"}))
    assert (await client.shop()).location_id is None
    pair.shopify.app.grant(frozenset({"write_orders"}))
    with pytest.raises(AccessDenied):
        await client.variants_by_sku([SKU])


async def test_the_definition_is_made_once(client: ShopifyClient, pair: StorePair) -> None:
    await client.ensure_identifier_definition()
    assert pair.shopify_faults.requests("metafieldDefinitionCreate") == 1
    definition = pair.shopify.definitions.find(NAMESPACE, KEY)
    assert definition is not None
    assert definition.unique


async def test_a_definition_of_another_type_is_in_the_way(client: ShopifyClient, pair: StorePair) -> None:
    definition = pair.shopify.definitions.find(NAMESPACE, KEY)
    assert definition is not None
    definition.type_name = "single_line_text_field"
    with pytest.raises(ConfigurationError, match="single_line_text_field"):
        await client.ensure_identifier_definition()


# Cancelling


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


# Fulfilling


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


# Points


async def test_many_creates_at_once_are_hardly_ever_throttled(
    client: ShopifyClient, pair: StorePair, order: Build
) -> None:
    bucket = pair.shopify.bucket(pair.shopify.app)
    results = await asyncio.gather(*(client.create_order(order(str(n)), OPTIONS) for n in range(300)))
    assert all(isinstance(result, Made) for result in results)
    assert len(pair.shopify.orders) == 300
    assert bucket.throttled <= 3

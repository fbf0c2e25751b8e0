"""Reads: what is tried again, what is an error of which kind, and which answers are not believed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import (
    AccessDenied,
    ConfigurationError,
    ConnectorError,
    NeedsReauthorization,
    RateLimited,
    RequestRefused,
    Unavailable,
)
from connector.sandbox.clock import SandboxClock
from connector.shopify import lookups
from connector.shopify.client import ShopifyClient
from tests.shopify.wire import CUT, SILENCE, Reply, Request, Wire, answer, data, error, raw

pytestmark = pytest.mark.anyio

NO_DEFINITION = error("NOT_FOUND", "Metafield definition of type 'id' is required when using custom ids.")


def node(number: int, source: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "sourceIdentifier": source,
        "createdAt": "2026-11-01T12:00:00Z",
        "processedAt": "2026-10-31T12:00:00Z",
        "cancelledAt": None,
        "tags": ["TikTok Shop"],
        "totalPriceSet": {"shopMoney": {"amount": "20.0", "currencyCode": "USD"}},
        **more,
    }


def page(*nodes: Any, after: str | None = None, search: Any = None) -> Reply:
    connection = {"nodes": list(nodes), "pageInfo": {"hasNextPage": after is not None, "endCursor": after}}
    return data({"orders": connection}, **({} if search is None else {"search": search}))


# What every read shares


@pytest.mark.parametrize("reply", [CUT, SILENCE, raw(502, b""), raw(200, b"<html>"), raw(200, b"{}")])
async def test_a_lost_answer_to_a_read_is_asked_for_again(
    client: ShopifyClient, wire: Wire, reply: Reply
) -> None:
    wire.says(reply, reply, data({"o0": None}))
    assert await client.find_by_custom_ids(["1:1"]) == {}
    assert len(wire.requests) == 3


async def test_reads_give_up_after_five_tries_within_half_a_minute(
    client: ShopifyClient, wire: Wire, clock: SandboxClock
) -> None:
    wire.says(raw(503, b""))
    before = clock.monotonic()
    with pytest.raises(Unavailable):
        await client.find_by_custom_ids(["1:1"])
    assert len(wire.requests) == 5
    assert 10 < clock.monotonic() - before < 30


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answer({"errors": "[API] Invalid API key"}, 401), NeedsReauthorization),
        (answer({"errors": [error("ACCESS_DENIED", "Access denied", path=["orders"])]}), AccessDenied),
        (raw(403, b""), AccessDenied),
        (raw(402, b""), Unavailable),
        (raw(423, b""), Unavailable),
        (raw(430, b""), Unavailable),
        (answer({"errors": [error("SHOP_INACTIVE")]}, 403), Unavailable),
        (raw(404, b""), ConfigurationError),
        (raw(301, b"", {"location": "/"}), ConfigurationError),
        (raw(400, b""), RequestRefused),
        (answer({"errors": [error("undefinedField", "no such field")]}), RequestRefused),
        (answer({"errors": [error("MAX_COST_EXCEEDED")]}), RequestRefused),
        (raw(429, b"", {"retry-after": "120"}), RateLimited),
    ],
)
async def test_errors_that_waiting_seconds_does_not_mend(
    client: ShopifyClient, wire: Wire, reply: Reply, expected: type[ConnectorError]
) -> None:
    wire.says(reply)
    with pytest.raises(expected):
        await client.find_by_source_identifiers(["1"])
    assert len(wire.requests) == 1


async def test_data_beside_an_error_is_not_believed(client: ShopifyClient, wire: Wire) -> None:
    body = {"data": {"o0": None}, "errors": [error("INTERNAL_SERVER_ERROR", path=["o0"])]}
    wire.says(answer(body))
    with pytest.raises(Unavailable):
        await client.find_by_custom_ids(["1:1"])


async def test_an_answer_in_another_version_is_an_error_of_the_settings(
    client: ShopifyClient, wire: Wire
) -> None:
    wire.says(answer({"data": {"o0": None}}, headers={"X-Shopify-API-Version": "2027-01"}))
    with pytest.raises(ConfigurationError, match="2027-01"):
        await client.find_by_custom_ids(["1:1"])


# By unique metafield


async def test_found_by_custom_id(client: ShopifyClient, wire: Wire) -> None:
    wire.says(data({"o0": node(7, "576"), "o1": None}))
    found = await client.find_by_custom_ids(["shop:576", "shop:577", "shop:576"])
    assert list(found) == ["shop:576"]
    order = found["shop:576"]
    assert (order.id, order.name, order.custom_id) == ("gid://shopify/Order/7", "#7", "shop:576")
    assert (str(order.total), order.currency) == ("20.0", "USD")
    assert order.created_at == datetime(2026, 11, 1, 12, tzinfo=UTC)
    identifier = {"namespace": "tiktok_shop_connector", "key": "order_id", "value": "shop:576"}
    assert wire.requests[0].variables["i0"] == {"customId": identifier}


async def test_custom_ids_are_looked_up_fifty_at_a_time(client: ShopifyClient, wire: Wire) -> None:
    wire.says(lambda request: data({f"o{number}": None for number in range(len(request.variables))}))
    assert await client.find_by_custom_ids([f"1:{number}" for number in range(120)]) == {}
    assert [len(request.variables) for request in wire.requests] == [50, 50, 20]


@pytest.mark.parametrize("nothing", [{"data": None}, {"data": {"o0": None}}, {}])
async def test_a_missing_definition_is_no_missing_order(
    client: ShopifyClient, wire: Wire, nothing: dict[str, Any]
) -> None:
    wire.says(answer({**nothing, "errors": [NO_DEFINITION]}))
    with pytest.raises(ConfigurationError, match="unique order metafield"):
        await client.find_by_custom_ids(["1:1"])


async def test_a_missing_order_may_be_told_as_an_error_that_voids_the_others(
    client: ShopifyClient, wire: Wire
) -> None:
    missing = {"data": None, "errors": [error("NOT_FOUND", "Order not found", path=["o0"])]}

    def reply(request: Request) -> Reply:
        values = [request.variables[f"i{n}"]["customId"]["value"] for n in range(len(request.variables))]
        if "1:1" in values:
            return answer(missing)
        return data({f"o{n}": node(2, "2") for n in range(len(values))})

    wire.says(reply)
    assert list(await client.find_by_custom_ids(["1:1", "1:2"])) == ["1:2"]


async def test_an_unanswered_look_up_is_no_missing_order(client: ShopifyClient, wire: Wire) -> None:
    wire.says(data({}))
    with pytest.raises(Unavailable):
        await client.find_by_custom_ids(["1:1"])


@pytest.mark.parametrize("broken", [{"id": None}, {"createdAt": "yesterday"}, {"totalPriceSet": None}])
async def test_an_order_that_cannot_be_read_is_not_passed_over(
    client: ShopifyClient, wire: Wire, broken: dict[str, Any]
) -> None:
    wire.says(data({"o0": node(1, "1", **broken)}))
    with pytest.raises(Unavailable):
        await client.find_by_custom_ids(["1:1"])


# By sourceIdentifier


async def test_only_equal_source_identifiers_count(client: ShopifyClient, wire: Wire) -> None:
    rows = [node(1, "576"), node(2, "5760"), node(3, None), node(4, "577"), node(5, "576")]
    wire.says(page(*rows[:3], after="c1"), page(*rows[3:]))
    found = await client.find_by_source_identifiers(["576", "578"])
    assert {key: [order.name for order in orders] for key, orders in found.items()} == {"576": ["#1", "#5"]}
    asked = [request.variables for request in wire.requests]
    assert asked[0]["query"] == 'source_identifier:"576" OR source_identifier:"578"'
    assert [variables["after"] for variables in asked] == [None, "c1"]


@pytest.mark.parametrize(
    "search",
    [
        [
            {
                "path": ["orders"],
                "query": "…",
                "warnings": [{"field": "source_identifier", "code": "invalid_field"}],
            }
        ],
        [{"path": ["orders"], "warnings": []}, {"path": ["orders"], "warnings": [{"code": "other"}]}],
        "not a list",
    ],
)
async def test_a_search_with_warnings_is_not_believed(
    client: ShopifyClient, wire: Wire, search: object
) -> None:
    wire.says(page(search=search))
    with pytest.raises(Unavailable, match="search"):
        await client.find_by_source_identifiers(["576"])


async def test_a_search_without_warnings_may_say_so(client: ShopifyClient, wire: Wire) -> None:
    wire.says(page(search=[{"path": ["orders"], "warnings": []}, {"path": ["orders"]}]))
    assert await client.find_by_source_identifiers(["576"]) == {}


@pytest.mark.parametrize(
    "connection",
    [
        None,
        {"nodes": None, "pageInfo": {"hasNextPage": False}},
        {"nodes": []},
        {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}},
    ],
)
async def test_a_page_that_is_none_is_no_empty_answer(
    client: ShopifyClient, wire: Wire, connection: object
) -> None:
    wire.says(data({"orders": connection}))
    with pytest.raises(Unavailable):
        await client.find_by_source_identifiers(["576"])


async def test_pages_that_go_round_in_circles_end(client: ShopifyClient, wire: Wire) -> None:
    wire.says(page(node(1, "1"), after="c1"))
    with pytest.raises(Unavailable, match="pages"):
        await client.find_by_source_identifiers(["576"])
    assert len(wire.requests) == 2


async def test_a_search_that_returns_the_whole_shop_ends(client: ShopifyClient, wire: Wire) -> None:
    wire.says(lambda request: page(node(1, "1"), after=f"{request.variables['after']}+"))
    with pytest.raises(Unavailable, match="pages"):
        await client.find_by_source_identifiers(["576"])
    assert len(wire.requests) < 10


async def test_an_id_that_is_search_syntax_is_never_sent(client: ShopifyClient, wire: Wire) -> None:
    assert await client.find_by_source_identifiers(['1" OR tag:"x', "*", ""]) == {}
    assert wire.requests == []


# Windows


async def test_a_window_longer_than_shopify_pages_goes_on_from_its_last_order(
    client: ShopifyClient, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "LONGEST_SEARCH", 4)
    start = datetime(2026, 11, 1, tzinfo=UTC)
    shop = [(number, start + timedelta(minutes=number // 2)) for number in range(11)]

    def reply(request: Request) -> Reply:
        low = datetime.fromisoformat(request.variables["query"].split("'")[1])
        skip = int(request.variables["after"] or 0)
        rows = [entry for entry in shop if entry[1] >= low]
        nodes = [
            node(number, str(number), processedAt=at.isoformat()) for number, at in rows[skip : skip + 2]
        ]
        return page(*nodes, after=str(skip + 2) if skip + 2 < len(rows) else None)

    wire.says(reply)
    found = [
        order.source_identifier async for order in client.orders_between(start, start + timedelta(days=1))
    ]
    assert found == [str(number) for number, _ in shop]


async def test_a_window_may_be_narrowed_to_a_tag(client: ShopifyClient, wire: Wire) -> None:
    wire.says(page())
    start = datetime(2026, 11, 1, tzinfo=UTC)
    rows = client.orders_between(start, start + timedelta(hours=1), by="created_at", tag='a"b')
    assert [order async for order in rows] == []
    assert wire.requests[0].variables["query"] == (
        "created_at:>='2026-11-01T00:00:00Z' created_at:<'2026-11-01T01:00:00Z' tag:\"a\\\"b\""
    )
    assert wire.requests[0].variables["sortKey"] == "CREATED_AT"


# Variants


def variants(*skus: str) -> Reply:
    nodes = [
        {
            "id": f"gid://shopify/ProductVariant/{sku}",
            "sku": sku,
            "price": "1.00",
            "taxable": True,
            "product": None,
        }
        for sku in skus
    ]
    return data({"productVariants": {"nodes": nodes, "pageInfo": {"hasNextPage": False, "endCursor": None}}})


async def test_skus_are_quoted_and_asked_for_in_batches(client: ShopifyClient, wire: Wire) -> None:
    def reply(request: Request) -> Reply:
        terms: list[str] = request.variables["query"].split(" OR ")
        return variants(*(term.removeprefix('sku:"').removesuffix('"') for term in terms))

    wire.says(reply)
    rows = await client.variants_by_sku([f"SKU {number}" for number in range(60)])
    assert len(rows) == 60
    assert [request.variables["query"].count("sku:") for request in wire.requests] == [25, 25, 10]


async def test_quotes_and_backslashes_in_a_sku_are_escaped(client: ShopifyClient, wire: Wire) -> None:
    wire.says(variants())
    await client.variants_by_sku(['5" \\ tube', "  "])
    assert [request.variables["query"] for request in wire.requests] == ['sku:"5\\" \\\\ tube"']


async def test_skus_that_a_batch_does_not_answer_are_asked_for_in_smaller_ones(
    client: ShopifyClient, wire: Wire
) -> None:
    def reply(request: Request) -> Reply:
        terms = request.variables["query"].split(" OR ")
        return (
            variants("A-24", "A-25") if len(terms) <= 5 and 'sku:"A-24"' in terms else variants("a-0", "A-1")
        )

    wire.says(reply)
    rows = await client.variants_by_sku([f"A-{number}" for number in range(26)])
    assert {"a-0", "A-1", "A-24"} <= {row.sku for row in rows}


@pytest.mark.parametrize(("told", "ends_well"), [("2", True), ("3", False), (None, False)])
async def test_a_catalogue_with_rows_missing_does_not_end_well(
    client: ShopifyClient, wire: Wire, told: str | None, *, ends_well: bool
) -> None:
    rows = b"".join(b'{"id":"gid://shopify/ProductVariant/%d","sku":"A"}\n' % number for number in range(2))
    operation = {"id": "gid://shopify/BulkOperation/1", "status": "RUNNING"}
    finished = {
        **operation,
        "status": "COMPLETED",
        "rootObjectCount": told,
        "url": f"{wire.base_url}/rows.jsonl",
    }
    wire.says(
        data({"bulkOperationRunQuery": {"bulkOperation": operation, "userErrors": []}}),
        data({"bulkOperation": operation}),
        data({"bulkOperation": finished}),
        raw(200, rows),
    )
    found: list[str] = []

    async def collect() -> None:
        async for row in client.catalog():
            found.append(row.variant_id)  # noqa: PERF401 - rows before the error count too

    if ends_well:
        await collect()
    else:
        with pytest.raises(Unavailable, match="holds 2 variants"):
            await collect()
    assert len(found) == 2
    assert wire.requests[-1].header("x-shopify-access-token") == ""

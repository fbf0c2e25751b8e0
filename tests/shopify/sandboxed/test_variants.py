"""Variants by SKU, and the whole catalogue."""

from decimal import Decimal

import pytest

from connector.errors import Unavailable
from connector.sandbox.faults import Fault, FaultKind
from connector.sandbox.platforms import StorePair
from connector.shopify.client import ShopifyClient
from connector.shopify.results import VariantRow
from tests.shopify.sandboxed.making import SKU

pytestmark = pytest.mark.anyio


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


@pytest.mark.parametrize("char", ["\u2028", "\x85", "\n"], ids=ascii)
async def test_a_title_with_a_line_break_of_any_kind_does_not_break_the_catalogue(
    client: ShopifyClient, pair: StorePair, char: str
) -> None:
    title = f"Mug{char}large"
    pair.shopify.add_product(title, [{"sku": "BROKEN-LINE", "title": "Red", "price": "1.00"}])
    (found,) = [row async for row in client.catalog() if row.sku == "BROKEN-LINE"]
    assert char in found.title


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

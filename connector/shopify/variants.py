"""Product variants: some by SKU from the search index, or the whole catalogue by a bulk query."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx

from connector.errors import AccessDenied, RateLimited, RequestRefused, Unavailable
from connector.shopify.answers import Answer, mapping, member, read_json, user_errors
from connector.shopify.calls import Calls, side_by_side
from connector.shopify.documents import document
from connector.shopify.results import VariantRow
from connector.shopify.search import batches, escaped, search_nodes
from models.text import storable

BATCH = 25
SMALL_BATCH = 5
_PAGE = 250
_PAGES_AT_MOST = 40
_POLL_SECONDS = (1.0, 2.0, 3.0, 5.0, 10.0)
_LONGEST_BULK_SECONDS = 6 * 3600.0
_LONGEST_QUEUE_SECONDS = 600.0
_ENDED_BADLY = frozenset({"FAILED", "CANCELED", "CANCELING", "EXPIRED"})


async def by_sku(calls: Calls, skus: Sequence[str]) -> list[VariantRow]:
    """The variants the search index gives for these SKUs; the caller compares the SKUs.

    Shopify ignores case when it searches. No limit of terms is documented, so SKUs that a batch did not
    answer are asked for again in smaller ones.
    """
    rows: dict[str, VariantRow] = {}
    wanted = [sku for sku in dict.fromkeys(skus) if sku.strip()]
    await _collect(calls, wanted, BATCH, rows)
    if len(wanted) > SMALL_BATCH:
        answered = {row.sku.strip().casefold() for row in rows.values()}
        missing = [sku for sku in wanted if sku.strip().casefold() not in answered]
        await _collect(calls, missing, SMALL_BATCH, rows)
    return list(rows.values())


async def _collect(calls: Calls, skus: Sequence[str], size: int, rows: dict[str, VariantRow]) -> None:
    for found in await side_by_side(_one_batch(calls, batch) for batch in batches(skus, size)):
        rows.update((row.variant_id, row) for row in found)


async def _one_batch(calls: Calls, skus: Sequence[str]) -> list[VariantRow]:
    variables = {"query": " OR ".join(f'sku:"{escaped(sku)}"' for sku in skus), "first": _PAGE}
    nodes = search_nodes(calls, "search_variants", "productVariants", variables, pages=_PAGES_AT_MOST)
    return [variant_row(node) async for node in nodes]


async def of_product(calls: Calls, product_id: str) -> list[VariantRow] | None:
    """All variants of a product; None when it is not there."""
    rows: list[VariantRow] = []
    after: str | None = None
    for _ in range(_PAGES_AT_MOST):
        variables = {"id": product_id, "first": _PAGE, "after": after}
        answer = await calls.read(document("product_variants"), variables)
        product = mapping(member(answer.data, "product"))
        if product is None:
            return None
        connection = product.get("variants")
        rows += [variant_row(node) for node in member(connection, "nodes") or ()]
        page = member(connection, "pageInfo")
        if member(page, "hasNextPage") is not True:
            return rows
        after = member(page, "endCursor")
    raise Unavailable("Shopify's pages of a product do not end", platform="shopify")


async def catalog(calls: Calls) -> AsyncIterator[VariantRow]:
    """Every variant of the store, in any order.

    Raises Unavailable or RateLimited when Shopify does not finish it, also in the middle of the rows: they
    may replace an older catalogue only when the iteration has ended well.
    """
    operation = await _finished(calls, await _start(calls))
    expected = str(member(operation, "rootObjectCount"))
    url = member(operation, "url")
    count = 0
    if isinstance(url, str) and url:
        async for row in _download(calls.transport.http, url):
            count += 1
            yield row
    if str(count) != expected:
        raise Unavailable(
            f"Shopify's catalogue file holds {count} variants instead of {expected}", platform="shopify"
        )


async def _start(calls: Calls) -> str:
    """Start the bulk query, waiting while too many others run; gives its id."""
    variables = {"query": document("catalog_rows").text}
    waited = 0.0
    while True:
        payload = await calls.write(document("start_catalog"), variables, "bulkOperationRunQuery")
        operation_id = member(payload.get("bulkOperation"), "id")
        if isinstance(operation_id, str) and operation_id:
            return operation_id
        errors = user_errors(payload.get("userErrors"))
        if not any(error.code in ("OPERATION_IN_PROGRESS", "LIMIT_REACHED") for error in errors):
            said = "; ".join(error.message for error in errors) or "no reason given"
            raise RequestRefused(f"Shopify refused the catalogue query: {said}", platform="shopify")
        if waited >= _LONGEST_QUEUE_SECONDS:
            raise RateLimited("other bulk queries of this store do not end", platform="shopify")
        await calls.clock.sleep(_POLL_SECONDS[-1])
        waited += _POLL_SECONDS[-1]


async def _finished(calls: Calls, operation_id: str) -> Any:
    waited, polls = 0.0, 0
    while waited < _LONGEST_BULK_SECONDS:
        answer = await calls.read(document("catalog_progress"), {"id": operation_id})
        operation = _operation(answer)
        status = operation.get("status")
        if status == "COMPLETED":
            return operation
        if status in _ENDED_BADLY:
            code = operation.get("errorCode")
            if code == "ACCESS_DENIED":
                raise AccessDenied("Shopify denies access to the catalogue", platform="shopify", code=code)
            raise Unavailable(
                f"Shopify's catalogue query ended as {status} ({code or 'no code'})", platform="shopify"
            )
        wait = _POLL_SECONDS[min(polls, len(_POLL_SECONDS) - 1)]
        await calls.clock.sleep(wait)
        waited, polls = waited + wait, polls + 1
    raise Unavailable("Shopify's catalogue query does not end", platform="shopify")


def _operation(answer: Answer) -> dict[str, Any]:
    operation = mapping(member(answer.data, "bulkOperation"))
    if operation is None:
        raise Unavailable("Shopify does not know the catalogue query it started", platform="shopify")
    return dict(operation)


async def _download(http: httpx.AsyncClient, url: str) -> AsyncIterator[VariantRow]:
    """Read the file line by line; its address is signed and takes no token."""
    try:
        async with http.stream("GET", url) as response:
            if response.status_code != 200:
                raise Unavailable(
                    f"Shopify's catalogue file answered HTTP {response.status_code}", platform="shopify"
                )
            async for line in _lines(response):
                if line.strip():
                    yield variant_row(read_json(line))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable(
            f"Shopify's catalogue file broke off ({type(error).__name__})", platform="shopify"
        ) from None


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    """The lines of a JSON Lines file: only a line feed ends one, as a title may hold any other line break."""
    rest = b""
    async for chunk in response.aiter_bytes():
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line
    yield rest


def variant_row(node: object) -> VariantRow:
    """A variant of an answer; a variant without SKU has an empty one. Raises Unavailable without an id."""
    variant_id = member(node, "id")
    if not isinstance(variant_id, str) or not variant_id:
        raise Unavailable("Shopify returned a variant without an id", platform="shopify")
    product = member(node, "product")
    return VariantRow(
        variant_id=variant_id,
        product_id=_text(member(product, "id")),
        sku=_text(member(node, "sku")),
        title=_text(member(node, "displayName")),
        price=_text(member(node, "price")) or "0",
        taxable=member(node, "taxable") is not False,
        product_status=_text(member(product, "status")),
    )


def _text(value: object) -> str:
    return storable(value) if isinstance(value, str) else ""

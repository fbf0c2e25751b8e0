"""Shopify's search: quoting its terms, following its pages, and knowing when not to believe it."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from connector.errors import Unavailable
from connector.shopify.answers import Answer, mapping, member
from connector.shopify.calls import Calls
from connector.shopify.documents import document


async def search_nodes(
    calls: Calls, name: str, field: str, variables: Mapping[str, Any], *, pages: int | None
) -> AsyncIterator[Mapping[str, Any]]:
    """Every node of a search, page after page.

    Raises Unavailable for an answer that cannot be believed: with a warning about the search (Shopify then
    ignores the filter and returns everything), without its page info, or with more than `pages` pages.
    """
    after: str | None = None
    seen: set[str] = set()
    while True:
        answer = await calls.read(document(name), {**variables, "after": after})
        connection = mapping(member(answer.data, field))
        nodes, page = member(connection, "nodes"), mapping(member(connection, "pageInfo"))
        if _warned(answer) or not isinstance(nodes, list) or page is None:
            raise Unavailable("Shopify did not carry out the search as it was asked", platform="shopify")
        for node in nodes:
            if isinstance(node, dict):
                yield node
        if page.get("hasNextPage") is not True:
            return
        after = page.get("endCursor")
        if not isinstance(after, str) or after in seen or len(seen) + 1 == pages:
            raise Unavailable("Shopify's pages of a search do not end", platform="shopify")
        seen.add(after)


def escaped(text: str) -> str:
    """Text for use between double quotes in Shopify's search syntax."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _warned(answer: Answer) -> bool:
    searches = answer.extensions.get("search")
    if searches is None:
        return False
    return not isinstance(searches, list) or any(member(entry, "warnings") for entry in searches)


def batches(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The values in groups of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]

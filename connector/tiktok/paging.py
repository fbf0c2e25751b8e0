"""Following pages to the end, whatever happens to the list meanwhile.

TikTok documents neither how long a page token lives nor what happens when the list changes between two pages
(reference, open question 2). So: pages are followed to the empty token and counts never end a pass; a refused
token restarts the window once; a token that leads in circles is an error, not an endless loop; and when
`total_count` fell between two pages, some records left the window and the rest may have moved up by as many
places, so the gap between both pages is asked for by its times.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from connector.errors import Unavailable
from connector.tiktok.errors import PLATFORM, ParameterRefused

SortField = Literal["update_time", "create_time"]

_STALLED_PAGES = 20
"""So many pages in a row without a record that the page before did not have: the list leads nowhere."""
_TAIL = 10
"""Records at a page's end looked at for its last time: a single one may show a time newer than its place."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it came: records, and whatever else stood among them."""

    items: list[dict[str, Any]]
    unusable: list[Any]
    """Elements of the list that are no JSON objects."""
    next_page_token: str
    """Empty on the last page."""
    total_count: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """A span of one time field in Unix seconds: `lower` inclusive, `upper` exclusive, None for open."""

    sort_field: SortField
    lower: int | None
    upper: int | None

    def filters(self) -> dict[str, int]:
        """The search filters of this window; TikTok treats a missing bound as open."""
        bounds = {f"{self.sort_field}_ge": self.lower, f"{self.sort_field}_lt": self.upper}
        return {name: value for name, value in bounds.items() if value is not None}


Fetch = Callable[[Window, str], Awaitable[Page]]


async def follow(fetch: Fetch, window: Window) -> AsyncIterator[Page]:
    """Every page of the window, ascending; records may come twice.

    Raises Unavailable when the list leads in circles or its tokens are refused again after a restart.
    """
    for is_last in (False, True):
        try:
            async for page in _one_pass(fetch, window, mend=True):
                yield page
        except _TokenRefused as refused:
            if is_last:
                text = "TikTok Shop refuses its own page tokens; the window is read again later"
                raise Unavailable(text, platform=PLATFORM, code=refused.code) from None
        else:
            return


class _TokenRefused(ParameterRefused):
    """A page token that TikTok gave is no longer accepted."""


async def _one_pass(fetch: Fetch, window: Window, *, mend: bool) -> AsyncIterator[Page]:
    token, previous, stalled = "", None, 0
    seen: set[tuple[str, int]] = set()
    while True:
        page = await _fetch(fetch, window, token)
        stalled = 0 if previous is None or _brings_news(previous, page) else stalled + 1
        mark = (token, hash(tuple(_identities(page))))
        if mark in seen or stalled > _STALLED_PAGES:
            raise Unavailable("TikTok Shop's pages lead in circles", platform=PLATFORM, code="page_token")
        seen.add(mark)
        if mend and previous is not None and _shrank(previous, page):
            async for found in _one_pass(fetch, _gap(window, previous, page), mend=False):
                yield found
        yield page
        if not page.next_page_token:
            return
        token, previous = page.next_page_token, page


async def _fetch(fetch: Fetch, window: Window, token: str) -> Page:
    try:
        return await fetch(window, token)
    except ParameterRefused as error:
        if not token:
            raise
        raise _TokenRefused(
            str(error), platform=PLATFORM, code=error.code, request_id=error.request_id
        ) from None


def _identities(page: Page) -> list[str]:
    return [
        str(item.get("id") or item.get("return_id") or item.get("cancel_id") or item) for item in page.items
    ]


def _brings_news(previous: Page, page: Page) -> bool:
    return not set(_identities(page)) <= set(_identities(previous))


def _shrank(previous: Page, page: Page) -> bool:
    return (
        previous.total_count is not None
        and page.total_count is not None
        and page.total_count < previous.total_count
    )


def _gap(window: Window, previous: Page, page: Page) -> Window:
    """From safely before the previous page's end to safely after this page's first record."""
    before, after = _times(window, previous)[-_TAIL:], _times(window, page)
    lower = min(before, default=window.lower)
    upper = min(after) + 1 if after else window.upper
    return replace(window, lower=lower, upper=upper)


def _times(window: Window, page: Page) -> list[int]:
    """The records' sort times inside the window; others were changed after the list was made."""
    times = [item.get(window.sort_field) for item in page.items]
    return [
        time
        for time in times
        if type(time) is int
        and (window.lower is None or time >= window.lower)
        and (window.upper is None or time < window.upper)
    ]

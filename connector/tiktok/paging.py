"""Following pages to the end, whatever happens to the list meanwhile.

TikTok documents neither how long a page token lives nor what happens when the list changes between two pages
(reference, open question 2). So: pages are followed to the empty token and counts never end a pass; a refused
token restarts the window once; a token that leads in circles is an error, not an endless loop. Where a token
is a position, a record that leaves its place lets the rest move up, past the end of the page just read: it
shows by a smaller `total_count` or, if the record stays in the window, by its coming again. Then the gap
between the pages is asked for by its times.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from connector.errors import Unavailable
from connector.tiktok.errors import PLATFORM, ParameterRefused

SortField = Literal["update_time", "create_time"]

_STALLED_PAGES = 20
"""So many pages in a row without a record that the page before did not have: the list leads nowhere."""
_TIME_BITS = 0xFFFF_FFFF
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
    token, trail = "", _Trail(window)
    while True:
        page = await _fetch(fetch, window, token)
        gap = trail.add(token, page)
        if mend and gap is not None:
            async for found in _one_pass(fetch, gap, mend=False):
                yield found
        yield page
        if not page.next_page_token:
            break
        token = page.next_page_token
    for doubtful in trail.doubtful() if mend else []:
        async for found in _one_pass(fetch, doubtful, mend=False):
            yield found


class _Trail:
    """What one pass remembers of its pages, to notice circles and records that were passed over."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._previous: Page | None = None
        self._last_names: set[int] = set()
        self._stalled = 0
        self._marks: set[tuple[str, int]] = set()
        self._places: dict[int, int] = {}
        """By record the number of the page it was first on and its time then, in one integer: a window may
        hold a million records."""
        self._gaps: list[Window] = []
        self._suspects: set[int] = set()

    def add(self, token: str, page: Page) -> Window | None:
        """The gap to be read again before this page; raises Unavailable when the pages lead in circles."""
        names = [hash(name) for name in _identities(page)]
        self._watch_for_circles(token, names)
        previous, self._previous = self._previous, page
        gap = None
        if previous is not None:
            self._gaps.append(_gap(self._window, previous, page))
            if _shrank(previous, page):
                gap = self._gaps[-1]
        if self._window.sort_field == "update_time":
            self._watch_for_movers(names, page)
        return gap

    def doubtful(self) -> list[Window]:
        """The gaps between pages at which a record that moved on may have let another slip through."""
        return [self._gaps[number] for number in sorted(self._suspects)]

    def _watch_for_circles(self, token: str, names: list[int]) -> None:
        is_news = self._previous is None or not self._last_names.issuperset(names)
        self._stalled = 0 if is_news else self._stalled + 1
        self._last_names = set(names)
        mark = (token, hash(tuple(names)))
        if mark in self._marks or self._stalled > _STALLED_PAGES:
            raise Unavailable("TikTok Shop's pages lead in circles", platform=PLATFORM, code="page_token")
        self._marks.add(mark)

    def _watch_for_movers(self, names: list[int], page: Page) -> None:
        number = len(self._gaps)
        for name, item in zip(names, page.items, strict=True):
            time = hash(str(item.get("update_time"))) & _TIME_BITS
            place = self._places.setdefault(name, number << _TIME_BITS.bit_length() | time)
            first, before = place >> _TIME_BITS.bit_length(), place & _TIME_BITS
            if first < number and before != time:
                self._suspects.update(range(first, number))


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

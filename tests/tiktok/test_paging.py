"""Following pages while the list below them changes, tokens die, or the list leads nowhere."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from connector.errors import RequestRefused, Unavailable
from connector.tiktok.errors import ParameterRefused
from connector.tiktok.paging import Page, Window, follow

_NOW = 10_000


class OffsetList:
    """A platform whose page token is a position in a list that shifts when a record leaves the window."""

    def __init__(self, count: int, *, size: int = 3) -> None:
        self.times = {f"o{number:03d}": 100 + number for number in range(count)}
        self.size = size
        self.asked: list[tuple[Window, str]] = []
        self.before_page: Callable[[int], None] = lambda number: None

    async def fetch(self, window: Window, token: str) -> Page:
        self.before_page(len(self.asked))
        self.asked.append((window, token))
        rows = sorted((time, name) for name, time in self.times.items() if _inside(window, time))
        start = int(token or 0)
        items = [{"id": name, window.sort_field: time} for time, name in rows[start : start + self.size]]
        further = start + self.size < len(rows)
        return Page(items, [], str(start + self.size) if further else "", len(rows))


def _inside(window: Window, time: int) -> bool:
    return (window.lower or 0) <= time < (window.upper or _NOW * 2)


def _page(*ids: str, token: str = "", total: int | None = None) -> Page:
    return Page([{"id": name, "update_time": 5} for name in ids], [], token, total)


def _read(fetch: Any, window: Window | None = None) -> list[str]:
    async def run() -> list[str]:
        pages = follow(fetch, window or Window("update_time", 0, _NOW))
        return [str(item["id"]) async for page in pages for item in page.items]

    return asyncio.run(run())


def test_pages_are_followed_to_the_empty_token() -> None:
    platform = OffsetList(10)
    assert _read(platform.fetch) == sorted(platform.times)
    assert [token for _, token in platform.asked] == ["", "3", "6", "9"]


@pytest.mark.parametrize("leaver", ["o000", "o001", "o002", "o004"])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_an_order_that_moves_up_because_another_left_is_not_lost(leaver: str, page: int) -> None:
    platform = OffsetList(12)

    def leave(number: int) -> None:
        if number == page:
            platform.times[leaver] = _NOW + 1

    platform.before_page = leave
    read = _read(platform.fetch)
    assert set(read) >= {name for name, time in platform.times.items() if time < _NOW}
    assert len(platform.asked) <= 6


def test_several_orders_leaving_between_any_two_pages_lose_nothing() -> None:
    platform = OffsetList(40)
    platform.before_page = lambda number: platform.times.update({f"o{number:03d}": _NOW + number})
    read = _read(platform.fetch)
    assert set(read) >= {name for name, time in platform.times.items() if time < _NOW}


@pytest.mark.parametrize("page", [1, 2, 3])
def test_an_order_that_changes_but_stays_in_the_window_hides_no_other(page: int) -> None:
    platform = OffsetList(12)

    def change(number: int) -> None:
        if number == page:
            platform.times["o001"] = _NOW - 1

    platform.before_page = change
    assert set(_read(platform.fetch)) == set(platform.times)


def test_the_tail_of_the_list_is_asked_again_when_its_last_page_came_empty() -> None:
    platform = OffsetList(5)

    def leave(number: int) -> None:
        if number == 1:
            platform.times.update({"o000": _NOW, "o001": _NOW})

    platform.before_page = leave
    assert set(_read(platform.fetch)) >= {"o002", "o003", "o004"}


def test_nothing_is_asked_twice_when_nothing_moved() -> None:
    platform = OffsetList(9)
    platform.before_page = lambda number: platform.times.update({f"new{number}": _NOW + number})
    _read(platform.fetch)
    assert len(platform.asked) == 3


def test_the_count_never_ends_a_pass() -> None:
    pages = {
        "": _page("a", token="1", total=1),
        "1": _page("b", token="2", total=1),
        "2": _page("c", total=1),
    }

    async def fetch(window: Window, token: str) -> Page:
        return pages[token]

    assert _read(fetch) == ["a", "b", "c"]


def test_a_refused_token_restarts_the_window_once() -> None:
    refusals = [ParameterRefused("page_token is invalid", platform="tiktok", code="36009004")]

    async def fetch(window: Window, token: str) -> Page:
        if token == "1" and refusals:
            raise refusals.pop()
        return {"": _page("a", token="1"), "1": _page("b")}[token]

    assert _read(fetch) == ["a", "a", "b"]


def test_a_token_refused_again_is_a_matter_for_later() -> None:
    async def fetch(window: Window, token: str) -> Page:
        if token:
            raise ParameterRefused("page_token is invalid", platform="tiktok", code="36009004")
        return _page("a", token="1")

    with pytest.raises(Unavailable, match="page tokens"):
        _read(fetch)


def test_a_refused_first_page_is_not_a_matter_of_tokens() -> None:
    async def fetch(window: Window, token: str) -> Page:
        raise ParameterRefused("param body.x is missing", platform="tiktok", code="36009004")

    with pytest.raises(RequestRefused, match=r"body\.x"):
        _read(fetch)


def test_a_token_that_comes_again_with_the_same_page_is_a_circle() -> None:
    pages = {"": _page("a", token="1"), "1": _page("b", token="2"), "2": _page("c", token="1")}

    async def fetch(window: Window, token: str) -> Page:
        return pages[token]

    with pytest.raises(Unavailable, match="circles"):
        _read(fetch)


def test_a_token_that_stays_the_same_while_pages_go_on_is_no_circle() -> None:
    left = [_page("c"), _page("b", token="same"), _page("a", token="same")]

    async def fetch(window: Window, token: str) -> Page:
        return left.pop()

    assert _read(fetch) == ["a", "b", "c"]


@pytest.mark.parametrize("ids", [(), ("a",)])
def test_fresh_tokens_without_news_do_not_go_on_for_ever(ids: tuple[str, ...]) -> None:
    async def fetch(window: Window, token: str) -> Page:
        return _page(*ids, token=str(int(token or 0) + 1))

    with pytest.raises(Unavailable, match="circles"):
        _read(fetch)


def test_an_empty_page_in_the_middle_is_passed_over() -> None:
    pages = {"": _page("a", token="1"), "1": _page(token="2"), "2": _page("b")}

    async def fetch(window: Window, token: str) -> Page:
        return pages[token]

    assert _read(fetch) == ["a", "b"]

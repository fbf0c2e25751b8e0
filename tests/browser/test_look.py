"""Every page in every look: no wider than a phone, readable in light and dark, named for the blind."""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.checks import CONTRASTS, FAULTS
from tests.browser.pages import pages_of
from tests.browser.people import People
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("browser")

_WIDTHS = (360, 390, 768, 1024, 1440)
_LEAST_CONTRAST = 4.5
"""WCAG 2.2, level AA, for text of any size."""
_HEIGHTS = "[...document.querySelectorAll('table.orders tbody tr')].map((row) => row.offsetHeight)"
_BACKGROUND = "getComputedStyle(document.body).backgroundColor"


@pytest.fixture(scope="module")
def every_page(browser: Browser, product: Product) -> Iterator[dict[str, Page]]:
    """All pages side by side; the login as a stranger sees it. None may complain or ask elsewhere."""
    people = People(browser, product)
    shown = {"login": people.stranger()}
    shown["login"].goto("/login")
    first = people.visitor("ann")
    for name, path in pages_of(product).items():
        shown[name] = people.beside(first, path)
    yield shown
    people.leave()


def test_no_page_is_wider_than_its_screen(every_page: dict[str, Page]) -> None:
    for name, page in every_page.items():
        for width in _WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found = page.evaluate("document.documentElement.scrollWidth")
            assert found <= width, f"{name} is {found} wide on {width}"


def test_an_order_on_a_phone_is_a_few_lines(every_page: dict[str, Page]) -> None:
    page = every_page["orders"]
    page.set_viewport_size({"width": 390, "height": 844})
    heights = page.evaluate(_HEIGHTS)
    assert heights
    assert max(heights) < 190, heights


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(
    every_page: dict[str, Page], scheme: Literal["light", "dark"]
) -> None:
    for name, page in every_page.items():
        page.emulate_media(color_scheme=scheme)
        weak = [each for each in page.evaluate(CONTRASTS) if each["ratio"] < _LEAST_CONTRAST]
        assert not weak, f"{name}: {weak[:5]}"


def test_light_and_dark_differ(every_page: dict[str, Page]) -> None:
    for page in every_page.values():
        page.emulate_media(color_scheme="light")
        light = page.evaluate(_BACKGROUND)
        page.emulate_media(color_scheme="dark")
        assert (light, page.evaluate(_BACKGROUND)) == ("rgb(245, 246, 247)", "rgb(14, 18, 20)")


def test_everything_has_a_name_and_a_place(every_page: dict[str, Page]) -> None:
    for name, page in every_page.items():
        assert page.evaluate(FAULTS) == [], name


def test_what_opens_on_the_users_page_is_in_order_too(people: People) -> None:
    page = people.visitor("ann", "/users", viewport={"width": 390, "height": 844})
    for summary in page.locator("details > summary").all():
        summary.click()
    assert page.evaluate(FAULTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

"""Every page in every look: no wider than a phone, readable in light and dark, and named for who cannot see it."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.checks import CONTRASTS, FAULTS
from tests.browser.pages import pages_of
from tests.browser.people import People
from tests.browser.product import Product

pytestmark = pytest.mark.xdist_group("browser")

_PHONE = {"width": 390, "height": 844}
_NARROWEST = {"width": 360, "height": 740}
_WIDE = {"width": 1440, "height": 900}
_LEAST_CONTRAST = 4.5
"""WCAG 2.2, level AA, for text of any size."""


def every_page(people: People, product: Product, **options: Any) -> dict[str, Page]:
    """All pages, each opened in the same context; the login as a stranger sees it."""
    page = people.visitor("ann", **options)
    stranger = people.stranger(**options)
    stranger.goto("/login")
    shown = {"login": stranger}
    for name, path in pages_of(product).items():
        shown[name] = page.context.new_page()
        shown[name].goto(path)
    return shown


@pytest.mark.parametrize("size", [_PHONE, _NARROWEST, _WIDE], ids=["phone", "narrow", "wide"])
def test_no_page_is_wider_than_its_screen(people: People, product: Product, size: dict[str, int]) -> None:
    for name, page in every_page(people, product, viewport=size).items():
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= size["width"], f"{name}: {width} wide"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(people: People, product: Product, scheme: str) -> None:
    for name, page in every_page(people, product, color_scheme=scheme).items():
        weak = [each for each in page.evaluate(CONTRASTS) if each["ratio"] < _LEAST_CONTRAST]
        assert not weak, f"{name}: {weak[:5]}"


def test_light_and_dark_differ(people: People) -> None:
    look = "getComputedStyle(document.body).backgroundColor"
    light = people.visitor(color_scheme="light").evaluate(look)
    dark = people.visitor(color_scheme="dark").evaluate(look)
    assert (light, dark) == ("rgb(245, 246, 247)", "rgb(14, 18, 20)")


def test_everything_has_a_name_and_a_place(people: People, product: Product) -> None:
    for name, page in every_page(people, product).items():
        assert page.evaluate(FAULTS) == [], name


def test_what_is_hidden_behind_more_is_in_order_too(people: People) -> None:
    page = people.visitor("ann", "/users", viewport=_PHONE)
    for summary in page.locator("details > summary").all():
        summary.click()
    assert page.evaluate(FAULTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"]

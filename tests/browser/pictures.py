"""Takes the pictures that the README shows: `python -m tests.browser.pictures`.

Starts the sandbox platforms, syncs two stores, serves the console and photographs it with chromium. The same
seed and the same start give the same orders. With `--every-page FOLDER` each page is photographed on a wide
screen and on a phone, in light and dark, to look for what is wrong with it.
"""

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from connector.sandbox.clock import SandboxClock
from connector.sandbox.scenario import demo_scenario
from tests.browser import chromium
from tests.browser.pages import pages_of
from tests.browser.product import PASSWORD, Product, running

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
_FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
_WIDE = (1440, 1100)
_PHONE = (390, 844)

Scheme = Literal["light", "dark"]


def main() -> int:
    """Exit status 2 when there is no browser."""
    parser = argparse.ArgumentParser(description="Pictures of the console.")
    parser.add_argument("--every-page", type=Path, metavar="FOLDER", help="photograph every page into it")
    chosen = parser.parse_args()
    binary = chromium.find()
    if binary is None:
        print(chromium.HOW_TO_GET_IT, file=sys.stderr)  # noqa: T201
        return 2
    with (
        tempfile.TemporaryDirectory() as folder,
        running(demo_scenario(SandboxClock(START)), Path(folder)) as product,
        chromium.started(binary) as browser,
    ):
        product.live()
        if chosen.every_page:
            every_page(browser, product, chosen.every_page)
        else:
            for_the_readme(browser, product)
    return 0


def for_the_readme(browser: Browser, product: Product) -> None:
    """The pictures the README shows."""
    blocked = product.listed(state="blocked", reason="sku_unmatched")["orders"][0]
    order = f"/orders/{blocked['store']}/{blocked['tiktok_order_id']}"
    light, dark = visitor(browser, product), visitor(browser, product, "dark")
    phone = visitor(browser, product, size=_PHONE)
    take(light, "/", _FOLDER / "orders.png")
    take(light, order, _FOLDER / "order.png")
    take(light, "/attention?store=us", _FOLDER / "attention.png")
    take(dark, "/", _FOLDER / "orders-dark.png")
    take(phone, "/", _FOLDER / "orders-phone.png")


def every_page(browser: Browser, product: Product, folder: Path) -> None:
    """Every page in every look."""
    schemes: tuple[Scheme, ...] = ("light", "dark")
    for size in (_WIDE, _PHONE):
        for scheme in schemes:
            page = visitor(browser, product, scheme, size)
            for name, path in pages_of(product).items():
                take(page, path, folder / f"{name}-{size[0]}-{scheme}.png", full_page=True)


def visitor(
    browser: Browser, product: Product, scheme: Scheme = "light", size: tuple[int, int] = _WIDE
) -> Page:
    """An admin who has logged in."""
    context = browser.new_context(
        base_url=product.base_url,
        color_scheme=scheme,
        viewport={"width": size[0], "height": size[1]},
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Name").fill("ann")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/")
    return page


def take(page: Page, path: str, file: Path, **options: Any) -> None:
    """Photograph a page."""
    file.parent.mkdir(parents=True, exist_ok=True)
    page.goto(path)
    page.screenshot(path=file, animations="disabled", **options)


if __name__ == "__main__":
    sys.exit(main())

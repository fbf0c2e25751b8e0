"""Visitors of a product, each in a browser context of their own, and everything that went wrong in it."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests.browser.product import PASSWORD, Product

_ANSWERED = "Failed to load resource: the server responded with a status of"
_LONGEST_WAIT = 15_000
"""Milliseconds: this machine may have other work."""


class People:
    """Opens the console as somebody; `leave` fails when a page asked elsewhere or complained."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self._browser = browser
        self._product = product
        self._pages: list[Page] = []
        self.problems: list[str] = []

    def stranger(self, **options: Any) -> Page:
        """Somebody who has not logged in; options are those of a browser context."""
        given = {"locale": "en-GB", "timezone_id": "Europe/London", "base_url": self._product.base_url}
        context = self._browser.new_context(**{**given, **options})
        context.set_default_timeout(_LONGEST_WAIT)
        return self._watched(context.new_page())

    def beside(self, page: Page, path: str) -> Page:
        """Another tab of the same person's browser."""
        opened = self._watched(page.context.new_page())
        opened.goto(path)
        return opened

    def _watched(self, page: Page) -> Page:
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)
        self._pages.append(page)
        return page

    def visitor(self, name: str = "ben", path: str = "/", **options: Any) -> Page:
        """Somebody who has logged in: `ann` is an admin, `ben` an operator, `vic` a viewer."""
        if name not in self._product.sessions:
            page = self.stranger()
            page.goto("/login")
            log_in(page, name)
            page.wait_for_url("**/")
            self._product.sessions[name] = page.context.storage_state()
        page = self.stranger(storage_state=self._product.sessions[name], **options)
        page.goto(path)
        return page

    def leave(self) -> None:
        """Everybody closes their browser; nothing may have gone wrong unnoticed."""
        for page in self._pages:
            page.context.close()
        assert self.problems == []

    def _heard(self, message: ConsoleMessage) -> None:
        # A page that says what is wrong has a status that says so, too.
        if message.type in {"error", "warning"} and not message.text.startswith(_ANSWERED):
            self.problems.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self._product.base_url).netloc:
            self.problems.append(f"asked elsewhere: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.problems.append(f"{response.status}: {response.url}")
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.url}")


def log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Fill in the login page."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def order_ids(page: Page) -> list[str]:
    """The orders of the list, as they stand there."""
    return page.locator("table.orders tbody th a").all_inner_texts()


def counts(page: Page) -> dict[str, int]:
    """The count on each tab."""
    tabs = page.locator("nav.tabs a").all()
    return {
        tab.get_attribute("data-status") or "": int(
            tab.locator(".count").inner_text().split()[0].replace(",", "")
        )
        for tab in tabs
    }


def notice(page: Page) -> str:
    """The sentence that the last answer left on top of the page."""
    return page.locator(".notice").inner_text().strip()

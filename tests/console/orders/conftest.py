"""An orders page with store pairs of the sandbox behind it, or with orders put straight into the ledger."""

import asyncio
import html
import re
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from connector.ledger.stores import StoreRow
from connector.sandbox.platforms import Platforms
from models.role import Role
from tests.console.browser import Browser
from tests.console.conftest import Console, OpenConsole
from tests.ledger.making import add_store, raw_order, record
from tests.services.conftest import Connector

_TAB = re.compile(r'data-status="([^"]+)">[^<]*<span class="count">([\d,]+)')
_ORDER = re.compile(r'<th scope="row"><a class="id" href="/orders/([^/"]+)/([^"]+)"')
_NEXT = re.compile(r'rel="next" href="([^"]+)"')
_CHIP = re.compile(r'class="chip" href="([^"]+)"><span[^>]*>[^<]*</span>([^<]*)<')
_NOTICE = re.compile(r'class="notice (done|problem)"[^>]*>.*?<span>(.*?)</span>', re.DOTALL)


@dataclass(frozen=True)
class Page:
    """What a person sees on a page."""

    answer: httpx.Response

    @property
    def text(self) -> str:
        """The whole document."""
        return self.answer.text

    @property
    def counts(self) -> dict[str, int]:
        """The count on each tab."""
        return {status: int(count.replace(",", "")) for status, count in _TAB.findall(self.text)}

    @property
    def orders(self) -> list[str]:
        """The order ids of the list, as they stand there."""
        return [order_id for _, order_id in _ORDER.findall(self.text)]

    @property
    def next(self) -> str | None:
        """The address of the page of older orders."""
        found = _NEXT.search(self.text)
        return html.unescape(found[1]) if found else None

    @property
    def chips(self) -> dict[str, str]:
        """The filters that are set, with the address without each."""
        return {html.unescape(words): html.unescape(link) for link, words in _CHIP.findall(self.text)}

    @property
    def notice(self) -> tuple[str, str]:
        """The message that the last answer left: its kind and its words."""
        found = _NOTICE.search(self.text)
        assert found, self.text
        return found[1], html.unescape(found[2])


@dataclass
class Desk:
    """A console at which somebody works, and the connector behind it."""

    console: Console
    connector: Connector

    def visitor(self, name: str = "ben") -> Browser:
        """Somebody who has logged in; `ben` is an operator, `vic` a viewer."""
        return self.console.visitor(name)

    def shelf(self, name: str = "us") -> StoreRow:
        """A store in the ledger alone, for what needs no platform."""
        return add_store(self.console.runtime.database, name)

    def keep(self, store: StoreRow, order_id: str, **changes: Any) -> None:
        """Put an order into the ledger as a sync does."""
        record(self.console.runtime.database, store, raw_order(order_id, **changes))

    def settle(self) -> None:
        """Wait for what goes on in the console's background."""
        self.console.run(_all_others())


async def _all_others() -> None:
    current = asyncio.current_task()
    while others := [task for task in asyncio.all_tasks() if task is not current]:
        await asyncio.gather(*others, return_exceptions=True)


@pytest.fixture
def desk(open_console: OpenConsole, sandbox: Platforms) -> Desk:
    """A console with an admin, an operator and a viewer; no store is connected yet."""
    return make_desk(open_console, sandbox)


@pytest.fixture
def shop(desk: Desk) -> Desk:
    """The US pair, connected, with its catalogue loaded."""
    desk.connector.connect("us")
    desk.connector.wait(hours=3)
    desk.connector.catalog("us")
    return desk


def make_desk(open_console: OpenConsole, sandbox: Platforms) -> Desk:
    """A console over its own runtime, beside which others may be opened on the same database."""
    console = open_console()
    for name, role in (("ann", Role.ADMIN), ("ben", Role.OPERATOR), ("vic", Role.VIEWER)):
        console.add(name, role)
    return Desk(console, Connector(console.runtime, sandbox))

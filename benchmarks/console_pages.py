"""How fast the orders page itself answers: access checks, what waits in each store, tabs, rows and HTML."""

import asyncio
import time
from collections.abc import Sequence

import httpx

from connector.console.app import create_app
from connector.console.options import console_options
from connector.console.orders.view import View
from connector.ledger.search import OrderFilters
from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.settings import Settings


def page_times(url: str, asked: Sequence[OrderFilters]) -> list[float]:
    """Milliseconds each page takes within the application, one after the other."""
    runtime = Runtime.open(Settings(database_url=url, secret_key=new_secret_key()))
    try:
        return asyncio.run(_times(runtime, [View(filters, zone="UTC").address() for filters in asked]))
    finally:
        runtime.close()


async def _times(runtime: Runtime, addresses: Sequence[str]) -> list[float]:
    options = console_options("127.0.0.1", public_url=None, prefect_url=None, login_configured=False)
    transport = httpx.ASGITransport(create_app(runtime, options), client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        # What is loaded once is not a page's.
        await _milliseconds(browser, "/")
        return [await _milliseconds(browser, address) for address in addresses]


async def _milliseconds(browser: httpx.AsyncClient, address: str) -> float:
    began = time.perf_counter()
    response = await browser.get(address)
    if response.status_code != httpx.codes.OK:
        raise RuntimeError(f"{address} answers {response.status_code}")
    return (time.perf_counter() - began) * 1000

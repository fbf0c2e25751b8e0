"""One browser and one product for the whole folder, and people who have logged in.

Of the package, not of the session: while playwright runs, its event loop holds the main thread, and tests
elsewhere start loops of their own.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from connector.sandbox.clock import SandboxClock
from connector.sandbox.scenario import demo_scenario, empty_scenario
from tests.browser import chromium
from tests.browser.people import People
from tests.browser.product import Product, running

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser of all tests here; without one they are skipped."""
    binary = chromium.find()
    if binary is None:
        pytest.skip(chromium.HOW_TO_GET_IT)
    with chromium.started(binary) as started:
        yield started


@pytest.fixture(scope="package")
def product(
    browser: Browser, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """Two busy stores, synced; tests read what they expect from the ledger, as others may have changed it."""
    folder = tmp_path_factory.mktemp("product")
    with running(demo_scenario(SandboxClock(START)), folder, template=sqlite_template) as made:
        made.begin()
        yield made


@pytest.fixture
def fresh(browser: Browser, sqlite_template: Path, tmp_path: Path) -> Iterator[Product]:
    """A product of the test's own, without any store or order."""
    with running(empty_scenario(clock=SandboxClock(START)), tmp_path, template=sqlite_template) as made:
        yield made


@pytest.fixture
def people(browser: Browser, product: Product) -> Iterator[People]:
    """Visitors of the shared product."""
    made = People(browser, product)
    yield made
    made.leave()


@pytest.fixture
def newcomers(browser: Browser, fresh: Product) -> Iterator[People]:
    """Visitors of the product without a store."""
    made = People(browser, fresh)
    yield made
    made.leave()

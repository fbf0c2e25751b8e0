"""A fresh sandbox shop per test."""

from collections.abc import Iterator

import httpx
import pytest

from connector.sandbox.clock import SandboxClock
from tests.platforms import SandboxServer
from tests.platforms_shopify import ShopifySandbox, mounted_shop


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """One client for all tests: making one costs more than most of them."""
    with httpx.Client(timeout=10) as client:
        yield client


@pytest.fixture
def shop(
    sandbox_server: SandboxServer, sandbox_clock: SandboxClock, http: httpx.Client
) -> Iterator[ShopifySandbox]:
    """A shop with two variants, no order and a frozen clock."""
    prefix = sandbox_server.prefix()
    with mounted_shop(sandbox_server.running, sandbox_server.mounts, prefix, sandbox_clock, http) as sandbox:
        yield sandbox

"""Anything at all, sent to every address as everybody: no failure of ours, no traceback, script or secret.

Addresses are read from the application, so a new one is tried too. With `CONNECTOR_FUZZ_EXAMPLES` so many
others are tried.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.console.app import create_app
from connector.console.options import ConsoleOptions
from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.clock import SandboxClock
from connector.sandbox.scenario import Scenario, empty_scenario
from connector.services import background
from connector.services.connect import connect_store
from connector.settings import Settings
from connector.store_file import parse_store_file
from models.role import Role
from tests.console.addresses import routes_of
from tests.console.anything import HOSTILE, LONG, bodies, every_field, filled, headers, pairs, paths
from tests.console.browser import Browser
from tests.console.conftest import Console
from tests.ledger.making import USABLE, raw_order, record

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
_MORE = os.environ.get("CONNECTOR_FUZZ_EXAMPLES")
_PEOPLE = {"ann": Role.ADMIN, "ben": Role.OPERATOR, "vic": Role.VIEWER}
_WORST = (HOSTILE, LONG, "\x00", "🎁" * 100)
_PLATFORMS_FAULT = 502
_TRACE = re.compile(r'Traceback \(most|File "/|sqlalchemy\.|jinja2\.')
_SCRIPT = re.compile(r"<script>|<img src=x", re.IGNORECASE)


@dataclass
class Target:
    """A console that has something to give away, and people in front of it."""

    console: Console
    addresses: list[tuple[str, str]]
    people: dict[str, Browser]
    secrets: list[str]

    def send(self, person: str, method: str, path: str, **request: Any) -> None:
        """Send a request as somebody; what comes back must be in good order."""
        answer = self.people[person].request(method, path, **request)
        self.console.run(background.close())
        self._judge(answer)

    def _judge(self, answer: httpx.Response) -> None:
        where = f"{answer.status_code} {answer.request.method} {answer.request.url}"
        assert answer.status_code < 500 or answer.status_code == _PLATFORMS_FAULT, where
        assert not _TRACE.search(answer.text), where
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert not _SCRIPT.search(answer.text), where
        assert not any(secret in answer.text for secret in self.secrets), where


@pytest.fixture(scope="module")
def scenario() -> Iterator[Scenario]:
    """Platforms that answer."""
    made = empty_scenario(clock=SandboxClock(START, frozen=True))
    server = made.platforms.serve()
    yield made
    server.stop()


@pytest.fixture(scope="module")
def target(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A store connected for real, with a plain order and one whose every text is hostile."""
    console = _console(scenario, tmp_path_factory.mktemp("fuzz") / "connector.db")
    described = parse_store_file(scenario.store_file("us"))
    store = console.run(connect_store(console.runtime, described, check=True))
    unit = {"id": "1", "sku_id": HOSTILE, "seller_sku": HOSTILE, "sku_name": HOSTILE, "product_name": HOSTILE}
    hostile = {"status": HOSTILE, "line_items": [unit], "recipient_address": {**USABLE, "name": HOSTILE}}
    record(console.runtime.database, store, raw_order("501"), raw_order("502", **hostile))
    tiktok, shopify = described.tiktok, described.shopify
    secrets = (
        *(tiktok.app_secret, tiktok.access_token, tiktok.refresh_token),
        *(shopify.access_token, shopify.webhook_secret, console.runtime.settings.secret_key),
    )
    people = {name: console.visitor(name) for name in _PEOPLE} | {"stranger": console.browser()}
    people["stranger"].get("/login")
    yield Target(console, _addresses(console), people, [secret for secret in secrets if secret])
    console.close()
    console.runtime.close()


def _console(scenario: Scenario, file: Path) -> Console:
    own = Settings(database_url=f"sqlite:///{file}", secret_key=new_secret_key())
    runtime = Runtime.open(own, clock=scenario.clock)
    options = ConsoleOptions(login_required=True, public_url=None, prefect_url=None, allowed_hosts=())
    console = Console(runtime, create_app(runtime, options), scenario.clock, "http://localhost:8080")
    for name, role in _PEOPLE.items():
        console.add(name, role)
    return console


def _addresses(console: Console) -> list[tuple[str, str]]:
    """Every method of every route, and one that none has; who logs out is of no more use here."""
    found = {
        (method, route.path)
        for route in routes_of(console.app)
        for method in {*(route.methods or ()), "DELETE"}
    }
    assert len(found) > 50
    return sorted(found - {("POST", "/logout")})


@settings(max_examples=int(_MORE or 400), derandomize=_MORE is None)
@given(data=st.data())
def test_whatever_is_sent_is_answered_in_good_order(target: Target, data: st.DataObject) -> None:
    method, pattern = data.draw(st.sampled_from(target.addresses))
    person = data.draw(st.sampled_from(["ann", "ann", "ben", "vic", "stranger"]))
    request: dict[str, Any] = {"params": data.draw(pairs), "headers": data.draw(headers)}
    if method != "GET":
        sent = data.draw(bodies(target.people[person].token))
        request |= {**sent, "headers": {**sent.get("headers", {}), **request["headers"]}}
    target.send(person, method, data.draw(paths(pattern)), **request)


@pytest.mark.parametrize("person", [*_PEOPLE, "stranger"])
def test_every_address_is_sent_the_worst(target: Target, person: str) -> None:
    for method, pattern in target.addresses:
        for text in _WORST:
            form = {"csrf_token": target.people[person].token, **every_field(text)}
            sent = {"params": every_field(text)} if method == "GET" else {"data": form}
            target.send(person, method, filled(pattern, text), **sent)

"""`/healthz`, `/readyz` and `/metrics` of the application, asked without a server in between."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from connector.console.app import create_app
from connector.console.health import PrefectToAsk
from connector.console.metrics import instruments_of
from connector.console.options import ConsoleOptions
from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.settings import Settings
from tests.ledger.making import add_store
from tests.serving.prometheus import values_in

_OPTIONS = ConsoleOptions(login_required=False, public_url=None, prefect_url=None, allowed_hosts=())
_NOBODY = "http://127.0.0.1:9/api"


@dataclass(frozen=True)
class Asker:
    """Somebody at an address who asks the application."""

    app: FastAPI
    runtime: Runtime
    address: str

    def get(self, path: str, headers: Mapping[str, bytes] | None = None) -> httpx.Response:
        """The answer to a request."""
        transport = httpx.ASGITransport(self.app, client=(self.address, 50_000))

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                return await http.get(path, headers=dict(headers or {}))  # type: ignore[arg-type]

        return asyncio.run(ask())


Asking = Callable[..., Asker]


@pytest.fixture
def asking(database_url: str) -> Iterator[Asking]:
    """Makes somebody who asks a fresh application from the given address."""
    runtimes: list[Runtime] = []

    def ask(*, address: str = "127.0.0.1", prefect: PrefectToAsk | None = None, **settings: Any) -> Asker:
        chosen = Settings(database_url=database_url, secret_key=new_secret_key(), **settings)
        runtime = Runtime.open(chosen)
        runtimes.append(runtime)
        app = create_app(runtime, _OPTIONS)
        app.state.prefect_to_ask = prefect
        instruments_of(app).observe("webhook_to_order", 0.3)
        return Asker(app, runtime, address)

    yield ask
    for runtime in runtimes:
        runtime.close()


def test_ready_without_prefect_where_none_is_needed(asking: Asking) -> None:
    client = asking()
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"ready": True, "checks": {"database": "ok", "prefect": "not needed"}},
    )


def test_not_ready_while_prefect_does_not_answer(asking: Asking) -> None:
    answer = asking(prefect=PrefectToAsk(_NOBODY)).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": "ok", "prefect": "does not answer"}
    assert "127.0.0.1" not in answer.text


def test_metrics_tell_of_the_ledger_and_of_this_process(asking: Asking) -> None:
    client = asking()
    add_store(client.runtime.database, "uk")
    values = values_in(client.get("/metrics").text)
    assert values["connector_ledger_up", ()] == 1
    assert values["connector_store_paused", (("store", "uk"),)] == 0
    assert values["connector_webhook_to_order_seconds_count", ()] == 1
    assert ("process_resident_memory_bytes", ()) in values


@pytest.mark.parametrize(
    ("address", "headers", "token", "status"),
    [
        ("127.0.0.1", {}, None, 200),
        ("::1", {}, None, 200),
        ("192.0.2.7", {}, None, 403),
        # Somebody else's request, passed on by a proxy on this machine.
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, None, 403),
        ("192.0.2.7", {"Authorization": "Bearer right"}, "right", 200),
        ("192.0.2.7", {"Authorization": "Bearer wrong"}, "right", 403),
        ("192.0.2.7", {"Authorization": "Bearer "}, "right", 403),
        ("127.0.0.1", {}, "right", 403),
        ("127.0.0.1", {"Authorization": "Bearer rïght"}, "right", 403),
    ],
)
def test_metrics_are_for_this_machine_or_for_who_knows_the_token(
    asking: Asking, address: str, headers: dict[str, str], token: str | None, status: int
) -> None:
    client = asking(address=address, metrics_token=token)
    sent = {name: value.encode() for name, value in headers.items()}
    answer = client.get("/metrics", headers=sent)
    assert answer.status_code == status
    assert ("connector_orders" in answer.text) == (status == 200)

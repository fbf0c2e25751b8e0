"""`/healthz`, `/readyz` and `/metrics` of the application, asked without a server in between."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

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

Asking = Callable[..., TestClient]


@pytest.fixture
def asking(database_url: str) -> Iterator[Asking]:
    """Makes a client of a fresh application, which asks from the given address."""
    runtimes: list[Runtime] = []

    def ask(
        *, address: str = "127.0.0.1", prefect: PrefectToAsk | None = None, **settings: Any
    ) -> TestClient:
        chosen = Settings(database_url=database_url, secret_key=new_secret_key(), **settings)
        runtime = Runtime.open(chosen)
        runtimes.append(runtime)
        app = create_app(runtime, _OPTIONS)
        app.state.prefect_to_ask = prefect
        instruments_of(app).observe("webhook_to_order", 0.3)
        return TestClient(app, base_url="http://localhost", client=(address, 50_000))

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
    add_store(client.app.state.runtime.database, "uk")  # type: ignore[attr-defined]
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
    answer = client.get("/metrics", headers=sent)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert ("connector_orders" in answer.text) == (status == 200)

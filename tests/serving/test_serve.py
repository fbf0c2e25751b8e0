"""The product as one command: from a webhook to an order on Shopify, and an end that leaves nothing held."""

import json
import signal

from connector.ledger.holding import held, waiting_in_inbox
from connector.sandbox.faults import Fault, FaultKind
from tests.prefect_server import eventually
from tests.serving.conftest import Serve, Served, Shop
from tests.serving.prometheus import values_in

_ALONE = "--no-schedule"


def _lines(served: Served) -> list[dict[str, object]]:
    """The log; what is no JSON is a greeting."""
    return [json.loads(line) for line in served.said.splitlines() if not line.startswith("connector: ")]


def test_a_webhook_becomes_an_order_and_the_monitoring_sees_it(serve: Serve, shop: Shop) -> None:
    served = serve(_ALONE)
    assert served.http.get("/healthz").status_code == 200
    assert served.http.get("/readyz").json()["ready"] is True
    assert served.http.get("/", params={"search": "Zoë Smith"}).status_code == 200

    order_id = shop.buy()
    assert shop.deliver(served.base_url) == 1
    eventually(lambda: shop.on_shopify(order_id), "the order is on Shopify", patience=30)

    def measured() -> bool:
        values = values_in(served.http.get("/metrics").text)
        return values["connector_webhook_to_order_seconds_count", ()] >= 1

    eventually(measured, "its time is measured", patience=30)
    assert served.stop(signal.SIGINT) == 0
    assert shop.on_shopify(order_id) == 1
    assert shop.runtime.database.read(held) == 0
    events = [line["event"] for line in _lines(served)]
    assert {"request", "stopping", "stopped"} <= set(events)
    assert "Smith" not in served.said


def test_stopped_in_the_middle_it_holds_nothing_and_loses_nothing(serve: Serve, shop: Shop) -> None:
    served = serve(_ALONE)
    shop.pair.shopify_faults.add("orderCreate", Fault(FaultKind.SLOW, delay=1.0))
    order_ids = [shop.buy() for _ in range(5)]
    assert shop.deliver(served.base_url) == 5
    eventually(lambda: shop.pair.shopify_faults.log, "a create is under way", patience=60)
    assert served.stop() == 0
    assert shop.runtime.database.read(held) == 0
    made = [shop.on_shopify(order_id) for order_id in order_ids]
    assert 1 <= sum(made) <= 5
    assert max(made) == 1
    # Whoever is started next finds the others where they were.
    assert made.count(0) <= shop.runtime.database.read(waiting_in_inbox)

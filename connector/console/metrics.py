"""`/metrics`: what the ledger and this process know, as Prometheus text.

Names of stores are in it, so it is not for everybody: a request from this machine may read it, or one that
shows `CONNECTOR_METRICS_TOKEN` as its bearer token; once a token is set, everybody has to show it.
"""

import hmac
import ipaddress
from collections.abc import Iterator

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from connector.console.families import families
from connector.errors import LedgerUnavailable
from connector.ledger import figures
from connector.runtime import Runtime

router = APIRouter()

_BUCKETS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


class Instruments:
    """What this process measures by itself; everything else is read from the ledger at each look."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._timings = {
            "webhook_to_order": Histogram(
                "connector_webhook_to_order_seconds",
                "From the arrival of a webhook to its order on Shopify.",
                buckets=_BUCKETS,
                registry=self.registry,
            )
        }
        ProcessCollector(registry=self.registry)

    def observe(self, name: str, seconds: float) -> None:
        """Take note of a duration; one that nobody asked for is not kept."""
        timing = self._timings.get(name)
        if timing is not None:
            timing.observe(max(0.0, seconds))


def instruments_of(app: FastAPI) -> Instruments:
    """The instruments of an application, one set for its life."""
    if not hasattr(app.state, "instruments"):
        app.state.instruments = Instruments()
    found: Instruments = app.state.instruments
    return found


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """All figures; 403 for who may not see them. An unreachable ledger leaves this process's own."""
    runtime: Runtime = request.app.state.runtime
    if not _allowed(request, runtime.settings.metrics_token):
        return PlainTextResponse("Not from here: see CONNECTOR_METRICS_TOKEN.\n", status_code=403)
    own = generate_latest(instruments_of(request.app).registry)
    return Response(own + generate_latest(_Look(runtime)), media_type=CONTENT_TYPE_LATEST)


class _Look(Collector):
    """One look at the ledger, in the shape of a registry."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def collect(self) -> Iterator[Metric]:
        """The ledger's figures as metric families."""
        now = self._runtime.clock.now()
        try:
            found = self._runtime.database.read(figures.read, now=now)
        except LedgerUnavailable:
            found = None
        yield from families(found, now)


def _allowed(request: Request, token: str | None) -> bool:
    if token is not None:
        shown = request.headers.get("authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    # A proxy on this machine passes on the requests of others.
    if any(name in request.headers for name in _FORWARDED) or request.client is None:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False

"""The ledger's figures as Prometheus metric families: their names, labels and help texts."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from importlib.metadata import version

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from connector.ledger import counters
from connector.ledger.figures import Figures, StoreFigures

_PACKAGE = "tiktok-shopify-connector"
_STORE = ("store",)


def families(found: Figures | None, now: datetime) -> Iterator[Metric]:
    """All families; with None, for a ledger that cannot be reached, only those that say so."""
    yield _gauge(
        "connector_build_info", "The connector's version.", ("version",), [((version(_PACKAGE),), 1.0)]
    )
    yield _plain("connector_ledger_up", "Whether the ledger's database answers.", float(found is not None))
    if found is None:
        return
    yield from _orders(found)
    yield from _stores(found.stores, now)
    yield from _calls(found)
    yield _plain("connector_inbox_messages", "Webhooks stored and not done yet.", found.inbox)
    yield _plain(
        "connector_inbox_oldest_age_seconds",
        "Age of the oldest of them; 0: none.",
        _age(found.inbox_since, now),
    )
    yield _total("connector_fetch_runs", "Fetches that a press of Fetch Order began.", found.fetches)
    yield _plain("connector_fetch_runs_under_way", "Fetches under way.", found.fetching)
    yield _plain("connector_login_failures", "Refused logins that still count.", found.login_failures)


def _orders(found: Figures) -> Iterator[Metric]:
    yield _gauge(
        "connector_orders",
        "Orders by what the connector has done with them and what TikTok says of them.",
        ("store", "state", "status"),
        [((store, state, status), float(count)) for store, state, status, count in found.orders],
    )
    yield _gauge(
        "connector_orders_blocked",
        "Orders that need a person, by why.",
        ("store", "reason"),
        [((store, reason), float(count)) for store, reason, count in found.blocked],
    )


def _stores(rows: Sequence[StoreFigures], now: datetime) -> Iterator[Metric]:
    yield _gauge(
        "connector_store_behind_seconds",
        "Age of the instant up to which every change at TikTok is known; absent before the first sync.",
        _STORE,
        [((row.name,), _age(row.complete_up_to, now)) for row in rows if row.complete_up_to],
    )
    yield _gauge(
        "connector_store_oldest_waiting_seconds",
        "Age of the order that has waited longest though nothing keeps it; 0: none waits.",
        _STORE,
        [((row.name,), _age(row.oldest_waiting_since, now)) for row in rows],
    )
    yield _gauge(
        "connector_store_failing",
        "1 when the store's last run could not be finished.",
        _STORE,
        [((row.name,), float(row.failing)) for row in rows],
    )
    yield _gauge(
        "connector_store_paused",
        "1 while the store is paused.",
        _STORE,
        [((row.name,), float(row.paused)) for row in rows],
    )


def _calls(found: Figures) -> Iterator[Metric]:
    labels = ("store", "platform")
    calls = CounterMetricFamily("connector_platform_calls", "Requests sent to a platform.", labels=labels)
    throttled = CounterMetricFamily(
        "connector_platform_throttled", "Answers of a platform that said: too many.", labels=labels
    )
    points = CounterMetricFamily("connector_shopify_points", "Query cost Shopify charged.", labels=_STORE)
    into = {
        counters.TIKTOK_CALLS: (calls, "tiktok"),
        counters.SHOPIFY_CALLS: (calls, "shopify"),
        counters.TIKTOK_THROTTLED: (throttled, "tiktok"),
        counters.SHOPIFY_THROTTLED: (throttled, "shopify"),
    }
    for store, name, value in found.counters:
        if name in into:
            family, platform = into[name]
            family.add_metric([store, platform], float(value))
        elif name == counters.SHOPIFY_POINTS:
            points.add_metric([store], float(value))
    yield from (calls, throttled, points)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _gauge(
    name: str, says: str, labels: tuple[str, ...], values: list[tuple[tuple[str, ...], float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def _plain(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value=value)


def _total(name: str, says: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(name, says, value=value)

"""How fast the orders page answers on very many orders: each tab, search, filter and page."""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from benchmarks import postgres
from benchmarks.console_orders import DAYS, NAMES, fill, product_id
from benchmarks.console_pages import page_times
from benchmarks.console_queries import queries
from benchmarks.figures import Figure
from benchmarks.sizes import Sizes
from connector.ledger.database import Database
from connector.ledger.engine import make_engine
from connector.ledger.schema import upgrade
from connector.ledger.search import OrderFilters, OrderPage, list_orders
from models.state import OrderState, ReasonCode

_TARGET = 100.0
"""Milliseconds at the 95th percentile."""
_PAGE = 50
_RARE = OrderFilters(reason=ReasonCode.SKU_UNMATCHED.value)
_WALKS = {
    "all": OrderFilters(),
    "completed": OrderFilters(status=("completed",)),
    "cancelled, one store": OrderFilters(status=("cancelled",), store=(NAMES[3],)),
    "ignored": OrderFilters(state=OrderState.IGNORED.value),
    "sku_unmatched": _RARE,
    "search garcia": OrderFilters(search="garcia"),
    "product in 5 %": OrderFilters(product_id=product_id(0)),
    "part of a product's name": OrderFilters(product="rose gold"),
}


def console(sizes: Sizes, server_url: str | None) -> Iterator[Figure]:
    """Lists of a ledger that holds a million orders; the time is that of one call, page and counts."""
    about = f"orders page, {sizes.listed:,} orders"
    with postgres.database(server_url) as url:
        if url is None:
            return
        began = time.monotonic()
        note = _prepare(url, sizes.listed)
        yield Figure(about, "made in", time.monotonic() - began, "s", note=note)
        database = Database(url)
        try:
            kinds = queries(random.Random(11))
            yield from _kinds(about, database, kinds)
            yield from _walks(about, database)
        finally:
            database.dispose()
        yield from _pages(about, page_times(url, [filters for _, filters in _shuffled(kinds)]))


def _prepare(url: str, orders: int) -> str:
    """Fill the ledger and have PostgreSQL look at it, as it does by itself within minutes."""
    upgrade(url)
    engine = make_engine(url)
    with engine.begin() as connection:
        trigrams = _has_trigrams(connection)
        fill(connection, orders)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT compact_order_tally()"))
        connection.execute(text("VACUUM (ANALYZE)"))
    engine.dispose()
    return "" if trigrams else "the server has no pg_trgm: parts of names are found by reading"


def _has_trigrams(connection: Connection) -> bool:
    return bool(connection.scalar(text("SELECT to_regclass('ix_order_search_customer') IS NOT NULL")))


def _kinds(about: str, database: Database, kinds: Mapping[str, Sequence[OrderFilters]]) -> Iterator[Figure]:
    """Each kind's times, in turn with the others so that all see the same machine."""
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for kind, filters in _shuffled(kinds):
        times[kind].append(_milliseconds(database, filters)[0])
    for kind, taken in times.items():
        yield Figure(about, f"{kind}, median of {len(taken)}", _at(taken, 0.5), "ms")
        yield Figure(about, f"{kind}, 95th percentile", _at(taken, 0.95), "ms", _TARGET, "at most")
    taken = [each for kind in times.values() for each in kind]
    yield Figure(about, f"all {len(taken)}, median", _at(taken, 0.5), "ms")
    yield Figure(about, f"all {len(taken)}, 95th percentile", _at(taken, 0.95), "ms", _TARGET, "at most")


def _shuffled(kinds: Mapping[str, Sequence[OrderFilters]]) -> list[tuple[str, OrderFilters]]:
    asked = [(kind, filters) for kind, each in kinds.items() for filters in each]
    random.Random(5).shuffle(asked)
    return asked


def _pages(about: str, taken: Sequence[float]) -> Iterator[Figure]:
    """The same questions as whole pages of the console."""
    name = f"whole page, all {len(taken)}"
    yield Figure(about, f"{name}, median", _at(taken, 0.5), "ms")
    yield Figure(about, f"{name}, 95th percentile", _at(taken, 0.95), "ms", _TARGET, "at most")


def _walks(about: str, database: Database) -> Iterator[Figure]:
    """First, middle and last page of each view; one view page by page to its end."""
    for name, filters in _WALKS.items():
        first = min(_milliseconds(database, filters)[0] for _ in range(3))
        total = _milliseconds(database, filters)[1].total
        yield Figure(about, f"{name}: first page of {-(-total // _PAGE):,}", first, "ms")
        for place, left in (("middle", total // 2), ("last", min(_PAGE, total - 1))):
            after = _cursor_before(database, filters, left)
            taken = min(_milliseconds(database, filters, after)[0] for _ in range(3))
            yield Figure(about, f"{name}: {place} page", taken, "ms", _TARGET, "at most")
    by_page = list(_to_the_end(database, _RARE))
    name = f"sku_unmatched, all {len(by_page)} pages, 95th percentile"
    yield Figure(about, name, _at(by_page, 0.95), "ms", _TARGET, "at most")


def _to_the_end(database: Database, filters: OrderFilters) -> Iterator[float]:
    """Milliseconds of each page of a view."""
    after: str | None = None
    while True:
        milliseconds, page = _milliseconds(database, filters, after)
        yield milliseconds
        after = page.next
        if after is None:
            return


def _cursor_before(database: Database, filters: OrderFilters, left: int) -> str | None:
    """A cursor with about so many orders below it: by halving the time they were placed in."""
    latest = datetime.now(UTC)
    earliest = latest - timedelta(days=DAYS + 1)
    after: str | None = None
    while latest - earliest > timedelta(minutes=2):
        middle = earliest + (latest - earliest) / 2
        page = database.read(list_orders, filters=replace(filters, created_to=middle), limit=1)
        after = page.next or after
        if page.total > left:
            latest = middle
        else:
            earliest = middle
    return after


def _milliseconds(
    database: Database, filters: OrderFilters, after: str | None = None
) -> tuple[float, OrderPage]:
    began = time.perf_counter()
    page = database.read(list_orders, filters=filters, limit=_PAGE, after=after)
    return (time.perf_counter() - began) * 1000, page


def _at(times: Sequence[float], part: float) -> float:
    return sorted(times)[min(int(len(times) * part), len(times) - 1)]

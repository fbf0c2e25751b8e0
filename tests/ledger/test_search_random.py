"""Search, every filter and their combinations beside going through all orders, pages to the end included."""

import random

import pytest

from connector.ledger import gathering, paging
from connector.ledger.database import Database
from connector.ledger.search import OrderFilters, export_orders, list_orders
from tests.ledger import crowd
from tests.ledger.crowd import Ledger


@pytest.mark.parametrize("seed", [1, 2])
def test_lists_counts_and_exports_are_what_going_through_all_orders_gives(db: Database, seed: int) -> None:
    dice = random.Random(seed)
    crowd.make(db, dice, each=90)
    ledger = Ledger(db)
    for filters in crowd.questions(dice, ledger, number=60):
        wanted = ledger.answer(filters)
        page = db.read(list_orders, filters=filters, limit=1000)
        assert [order.pk for order in page.orders] == wanted.pks, filters
        assert page.next is None, filters
        assert page.total == len(wanted.pks), filters
        assert page.counts == {"all": sum(wanted.counts.values()), **wanted.counts}, filters
        assert [order.pk for order in db.stream(export_orders, filters=filters)] == wanted.pks, filters


@pytest.mark.parametrize(
    ("gathered", "walked", "frequent"),
    [(60_000, 20_000, 4_000), (0, 20_000, 1), (0, 12, 1), (0, 1, 40), (30, 12, 1)],
)
def test_pages_to_the_end_are_the_list(
    db: Database, monkeypatch: pytest.MonkeyPatch, gathered: int, walked: int, frequent: int
) -> None:
    """However pages are found: gathered with the counts or after them, walked to, or both."""
    monkeypatch.setattr(gathering, "_GATHERED", gathered)
    monkeypatch.setattr(paging, "_WALKED", walked)
    monkeypatch.setattr(paging, "_FREQUENT", frequent)
    dice = random.Random(gathered + walked + frequent)
    crowd.make(db, dice, each=60)
    ledger = Ledger(db)
    for filters in crowd.questions(dice, ledger, number=20):
        wanted = ledger.answer(filters)
        assert _pages(db, filters, limit=11) == wanted.pks, filters


def _pages(db: Database, filters: OrderFilters, *, limit: int) -> list[int]:
    seen: list[int] = []
    after: str | None = None
    counts = db.read(list_orders, filters=filters).counts
    for _ in range(1000):
        page = db.read(list_orders, filters=filters, limit=limit, after=after)
        assert page.counts == counts
        seen += [order.pk for order in page.orders]
        after = page.next
        if after is None:
            return seen
    raise AssertionError("pages without an end")

"""Documents with anything in any field, on a page between good orders: none of them stops another."""

import os
from datetime import timedelta
from itertools import count
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.ledger import unusable
from tests.documents import ABSENT, Path, paths
from tests.poison import MUTATIONS, WRONG, template, with_junk
from tests.services.conftest import Connector, only_sqlite

EXAMPLES = int(os.environ.get("POISON_EXAMPLES", "12"))
"""Pages of mutated orders the property test tries; more before a release."""


class Poisoned:
    """A shop into whose list mutated orders are put; good ones stand around them."""

    _numbers: "count[int]"

    def __init__(self, shop: Connector) -> None:
        self.shop = shop
        self.template = template(shop.us)
        self.paths = [path for path in paths(self.template) if path != ("id",)]
        self.good: list[str] = []
        self.bad: list[str] = []
        self._numbers = count()

    def put(self, mutations: list[tuple[Path, object]]) -> None:
        """An order with these values in these places."""
        number = next(self._numbers)
        document = with_junk({**self.template, "id": f"5864{number:014d}"}, mutations)
        self.bad.append(self.shop.us.tiktok.add_order(self.shop.us.shop, document))
        if number % 50 == 0:
            self.good.append(self.shop.us.place("MUG-01"))

    def nothing_was_stopped(self) -> set[str]:
        """Sync; every good order is there, every bad one has an outcome; gives the reasons and states."""
        shop = self.shop
        result = shop.sync()
        assert result.error is None
        assert [shop.order(each)["state"] for each in self.good] == ["created"] * len(self.good)
        shown = [shop.order(each) for each in self.bad]
        for order in shown:
            self._has_an_outcome(order)
        assert shop.us.shopify.duplicates() == {}
        assert shop.reconcile().ok
        return {order["reason"]["code"] if order["reason"] else order["state"] for order in shown}

    def _has_an_outcome(self, order: dict[str, Any]) -> None:
        reason, order_id = order["reason"], order["tiktok_order_id"]
        if order["state"] == "created":
            there = self.shop.on_shopify(order_id)
            assert there.total == there.paid("SALE")
        else:
            assert reason["fix"]
            assert not self.shop.us.shopify.orders_with_source(order_id)
        if order["state"] == "blocked":
            assert reason["detail"]
            assert len(reason["detail"]) < 600
        assert orjson.dumps(order)


@pytest.fixture
def poisoned(shop: Connector) -> Poisoned:
    return Poisoned(shop)


@pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
def test_each_field_with_each_wrong_value(poisoned: Poisoned, database_url: str) -> None:
    # Which values a field meets is spread evenly; `tests/mapping` tries all of them without a network.
    step = 3 if database_url.startswith("sqlite") else 11
    every = [(path, value) for path in poisoned.paths for value in WRONG]
    for path, value in every[::step]:
        # Without its place in time TikTok's list would not hold the order.
        if path != ("update_time",) or value in (ABSENT, None):
            poisoned.put([(path, value)])

    outcomes = poisoned.nothing_was_stopped()

    assert len(poisoned.bad) > 2000 // step
    assert outcomes >= {"created", "invalid_order", "sku_unmatched", "address_unusable", "total_mismatch"}
    assert outcomes <= {
        *("created", "invalid_order", "sku_missing", "sku_unmatched", "address_unusable", "total_mismatch"),
        *("before_start", "currency_unsupported", "type_switched_off"),
    }


@only_sqlite
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(page=st.lists(MUTATIONS, min_size=1, max_size=12))
def test_any_junk_in_any_places(poisoned: Poisoned, page: list[list[tuple[int, object]]]) -> None:
    poisoned.good.clear()
    poisoned.bad.clear()
    for mutations in page:
        places = [(poisoned.paths[number % len(poisoned.paths)], value) for number, value in mutations]
        poisoned.put([(path, value) for path, value in places if path != ("update_time",)])
    poisoned.good.append(poisoned.shop.us.place("MUG-02"))
    poisoned.nothing_was_stopped()


def test_a_time_that_is_true_stops_no_reading(poisoned: Poisoned) -> None:
    poisoned.put([(("create_time",), True), (("update_time",), True)])
    assert poisoned.nothing_was_stopped() <= {"invalid_order", "before_start"}

    now = poisoned.shop.runtime.clock.now()
    result = poisoned.shop.backfill(now - timedelta(days=1), now + timedelta(minutes=1))

    assert result.error is None


WIRES = {
    "half an emoji": b'"\\ud83d"',
    "infinite": b"1e999",
    "30 digits": b"-9" + b"0" * 30,
    "400 digits": b"9" * 400,
    "5000 digits": b"9" * 5000,
    "400 kB": b'"' + b"n" * 400_000 + b'"',
}


@only_sqlite
def test_json_no_parser_likes_stops_nothing(poisoned: Poisoned) -> None:
    for field in ("buyer_message", "paid_time", "tracking_number"):
        for wire in WIRES.values():
            poisoned.put([((field,), "")])
            stored = poisoned.shop.us.shop.book.orders[poisoned.bad[-1]]
            stored.document[field] = orjson.Fragment(wire)
    assert poisoned.nothing_was_stopped() == {"created", "invalid_order"}


def test_what_has_no_usable_id_is_counted_and_kept(shop: Connector) -> None:
    shop_of, document = shop.us.shop, template(shop.us)
    ids: list[object] = [None, "", "   ", "a b", "x" * 65, "å", True, 1.5, [], {}, ["1"], "1;DROP", "\x00"]
    for value in ids:
        shop.us.tiktok.add_order(shop_of, {**document, "id": value})
    strangers: list[object] = [None, 7, "order", [], {}, {"id": None}]
    for stranger in strangers:
        shop.us.tiktok.add_order(shop_of, stranger)
    numbered = {**document, "id": 576461413000999999}
    shop.us.tiktok.add_order(shop_of, numbered)
    good = shop.us.place("MUG-01")

    result = shop.sync()

    expected = len(ids) + len(strangers)
    assert (result.error, result.unusable) == (None, expected)
    # The template itself, the one with a numeric id, and the neighbour.
    assert result.created == 3
    assert shop.order("576461413000999999")["state"] == "created"
    kept = shop.runtime.database.read(unusable.count_unusable, store_id=shop.store().id)
    assert kept == expected
    shop.stands_once(good)
    assert shop.runtime.database.read(unusable.count_unusable, store_id=shop.store().id) == kept

"""Poison: whole syncs over orders with junk in any field and good ones between them, and over answers with
junk in any place. None of it stops another order, a batch or the next sync."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import count, cycle
from typing import Any

from sqlalchemy import select

from connector.ledger.tables import ORDERS
from connector.sandbox.shopify.records import Order as ShopifyOrder
from models.state import OrderState
from tests.documents import ABSENT, Path, paths
from tests.faults.junk_answers import junk_answers
from tests.faults.story import Outcome
from tests.faults.world import World
from tests.poison import Mutation, drawn, template, with_junk

BATCH = 500
"""Poisoned orders at a time."""
_STRANGERS = 5
"""Elements of TikTok's list that are no orders at all, in each batch."""
_ANSWERS_EVERY = 4
"""One batch in so many meets poisoned answers, too."""
_BAD_ANSWERS = (
    {"TikTok": 0.0, "Shopify": 0.5},
    {"TikTok": 0.3, "Shopify": 0.0},
    {"TikTok": 0.1, "Shopify": 0.3},
)
"""Shares of answers with junk in them, one of these for each sync."""
_BAD_SYNCS = 8
_HEALING = (2.0, 20.0, 61.0, 75.0, 130.0, 300.0, 900.0, 3700.0)
"""Seconds between syncs once the answers are sound again; they end beyond the longest wait of an order."""
_UNFORESEEN = "nexpected failure"
_NOT_DUE = ("unpaid", "on_hold", "remorse_hold")
_LONGEST_DETAIL = 600


class PoisonStory:
    """One seed's poison on one world; the same seed makes the same junk."""

    def __init__(self, world: World, *, orders: int, at_once: int = BATCH) -> None:
        self.world = world
        self.dice = random.Random(world.seed)
        self.events: Counter[str] = Counter()
        self._orders, self._at_once = orders, at_once
        self._numbers = count()
        self._problems: list[str] = []
        self._errors: list[str] = []

    def tell(self) -> Outcome:
        """Batch after batch, each looked at before the next."""
        self.world.connect("us")
        self.world.accept_duplicates()
        self._pair = self.world.pairs["us"]
        self._template = template(self._pair)
        self._places = [path for path in paths(self._template) if path != ("id",)]
        self._sync()
        for number in range(max(1, self._orders // self._at_once)):
            self._batch(number)
        verdict = self.world.verdict(strangers_allowed=True)
        verdict.wrong += self._problems
        return Outcome(
            self.world.seed, verdict, self.world.differences(), Counter(), self.events, [], self._errors
        )

    def _batch(self, number: int) -> None:
        junk = drawn(self.world.seed * 1000 + number, self._at_once)
        known = len(self.world.offered)
        if number % _ANSWERS_EVERY == 1:
            bad = self._under_junk_answers(junk)
        else:
            bad = self._place(junk, good=len(junk) // 10)
            self._sync()
        self._look_at(bad, poisoned=True)
        self._look_at(list(self.world.offered)[known:], poisoned=False)
        self.world.wait(20.0)

    def _place(self, junk: Sequence[list[Mutation]], *, good: int) -> list[str]:
        """Poisoned orders, so many good ones between them, and what is no order; gives the poisoned ids."""
        placed, neighbours = [], {spot * len(junk) // good for spot in range(good)}
        for spot, mutations in enumerate(junk):
            if spot in neighbours:
                self.world.offer(1)
            placed.append(self._add(self._poisoned(mutations)))
        for mutations in self.dice.sample(junk, _STRANGERS):
            _, stranger = mutations[0]
            self._add(None if stranger is ABSENT else stranger)
        self.events["orders poisoned"] += len(placed) + _STRANGERS
        return placed

    def _poisoned(self, mutations: list[Mutation]) -> dict[str, Any]:
        order_id = f"5864{self.world.seed % 10**4:04d}{next(self._numbers):010d}"
        sound = {**self._now(self._template), "id": order_id}
        places = [(self._places[place % len(self._places)], value) for place, value in mutations]
        document: dict[str, Any] = with_junk(sound, [each for each in places if _stays_listed(*each)])
        return document

    def _now(self, document: dict[str, Any]) -> dict[str, Any]:
        """The same as if its last change were at this moment."""
        later = self.world.clock.timestamp() - document["update_time"]
        return {
            name: value + later if name.endswith("_time") and isinstance(value, int) else value
            for name, value in document.items()
        }

    def _add(self, document: object) -> str:
        return self._pair.tiktok.add_order(self._pair.shop, document)

    def _sync(self) -> None:
        self._errors += self.world.sync()

    def _under_junk_answers(self, junk: Sequence[list[Mutation]]) -> list[str]:
        """As many good orders as poisoned ones over answers with junk in them; then sound answers until every
        order has its outcome."""
        since, bad, mutations = self.world.clock.now(), [], cycle(junk)
        for part in range(_BAD_SYNCS):
            some = junk[part::_BAD_SYNCS]
            bad += self._place(some, good=len(some))
            shares = self.dice.choice(_BAD_ANSWERS)
            with junk_answers(self.world.platforms, self.dice, mutations, shares=shares) as poisoned:
                self._errors += [error for error in self.world.sync() if _UNFORESEEN in error]
            self.events.update(poisoned)
            self.world.wait(self.dice.choice((5.0, 20.0, 70.0)))
        # A page that held less than it should was believed: a backfill reads all of it again.
        self._errors += self.world.backfill(since, self.world.clock.now())
        for step in _HEALING:
            self._sync()
            self.world.wait(step)
        return bad

    def _look_at(self, order_ids: Sequence[str], *, poisoned: bool) -> None:
        rows = self._rows(order_ids)
        for order_id in order_ids:
            trouble = self._trouble(order_id, rows.get(order_id), poisoned=poisoned)
            if trouble:
                self._problems.append(f"{order_id}: {trouble}")
            else:
                state = rows[order_id].state
                self.events[f"poisoned orders {state}" if poisoned else "neighbours unharmed"] += 1

    def _rows(self, order_ids: Sequence[str]) -> dict[str, Any]:
        with self.world.runtime.database.engine.connect() as connection:
            found = connection.execute(select(ORDERS).where(ORDERS.c.tiktok_order_id.in_(order_ids)))
            return {row.tiktok_order_id: row for row in found}

    def _trouble(self, order_id: str, row: Any, *, poisoned: bool) -> str:
        """What is not as it should be with an order after its sync; nothing when all is well."""
        there = self._pair.shopify.orders_with_source(order_id)
        if row is None:
            return "not in the ledger"
        if row.lease_owner is not None:
            return "still under a lease"
        if row.state == OrderState.CREATED:
            return _trouble_of_created(there)
        if there or not poisoned:
            return f"{len(there)} on Shopify though {row.state}, {row.reason_code}: {row.reason_detail}"
        return _trouble_of_uncreated(row)


def _stays_listed(path: Path, value: object) -> bool:
    """Without its place in time, or with a wrong one, TikTok's list would not hold the order."""
    return path != ("update_time",) or value in (ABSENT, None)


def _trouble_of_created(there: list[ShopifyOrder]) -> str:
    if len(there) != 1:
        return f"{len(there)} times on Shopify"
    return "" if there[0].total == there[0].paid("SALE") else "not paid with its total"


def _trouble_of_uncreated(row: Any) -> str:
    if not row.reason_code:
        return f"{row.state} without a reason"
    if row.state == OrderState.WAITING and row.reason_code not in _NOT_DUE:
        return f"waiting for {row.reason_code}"
    if row.state == OrderState.BLOCKED and not 0 < len(row.reason_detail or "") < _LONGEST_DETAIL:
        return f"blocked for {row.reason_code} without a word, or with too many"
    return ""

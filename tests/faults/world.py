"""One proof's platforms and ledger, and what the platforms' own books say in the end."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from connector.ledger.secrets import new_secret_key
from connector.runtime import Runtime
from connector.sandbox.platforms import Platforms, StorePair
from connector.sandbox.server import Mounts, RunningServer
from connector.sandbox.shopify.switches import DuplicateIdentifier
from connector.sandbox.tiktok import OpenFacts
from connector.services.connect import connect_store
from connector.services.fetch import backfill_window
from connector.services.reconcile import reconcile
from connector.services.retry import retry
from connector.services.session import StoreSession
from connector.services.stores_run import over_stores
from connector.services.story import Story
from connector.settings import Settings
from connector.store_file import parse_store_file
from tests.faults.clocks import SteeredClock

_SKUS = ("TEE-BLK-M", "MUG-01", "TOTE-NAT", "CANDLE-FIG", "BOTTLE-500", "BUNDLE-TM", "NOTE-A5")
_REACH = timedelta(days=5)
"""How far before a world's beginning its orders may have been placed."""
_STEP = 1.0
"""Seconds of common time between two looks at what is due: far less than any lag that is proven against."""
_CALM_STEPS = (2.0, 11.0, 20.0, 35.0, 61.0, 75.0, 130.0, 300.0, 900.0, 3700.0)
"""Seconds between syncs once nothing fails any more; they end beyond the longest wait of an order."""


@dataclass(slots=True)
class Verdict:
    """What became of the orders offered, by Shopify's book."""

    offered: int = 0
    created: int = 0
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Orders with another total, alive though cancelled at TikTok, or otherwise not as they should be."""

    @property
    def ok(self) -> bool:
        """Whether each order is there exactly once and right."""
        return not (self.doubled or self.lost or self.wrong)


class World:
    """Store pairs on a steered clock, and a ledger that workers share."""

    def __init__(
        self,
        mounts: Mounts,
        server: RunningServer,
        *,
        seed: int,
        database_url: str,
        folder: Path,
        facts: OpenFacts | None = None,
        pairs: tuple[str, ...] = ("us",),
    ) -> None:
        self.seed = seed
        self.folder = folder
        self.dice = random.Random(seed)
        self.clock_file = folder / "clock"
        self.clock = SteeredClock(self.clock_file)
        self.platforms = Platforms(
            self.clock,
            seed=seed,
            facts=facts,
            pairs=[(name, {"us": "US", "uk": "GB"}[name]) for name in pairs],
        )
        self._mounts, self._prefix = mounts, f"/w{id(self)}"
        self.platforms.mount(mounts, server.base_url, self._prefix)
        self.platforms.tiktok.facts.http_status[36009007] = 200
        self.secret_key = new_secret_key()
        self.database_url = database_url
        self.runtime = Runtime.open(
            Settings(database_url=database_url, secret_key=self.secret_key), self.clock
        )
        self.began = self.clock.now()
        self.offered: dict[str, str] = {}
        """TikTok order id → pair, of every order that must come to be on Shopify."""
        self.cancelled: set[str] = set()
        self.reconnected = 0
        """How often a merchant had to connect the store again because a renewed token was lost."""

    def close(self) -> None:
        """Give back the ledger and the addresses."""
        self.runtime.close()
        self.platforms.unmount(self._mounts, self._prefix)

    @property
    def pairs(self) -> dict[str, StorePair]:
        """The store pairs by name."""
        return self.platforms.pairs

    def connect(self, name: str) -> None:
        """Connect a pair, or connect it again with its newest credentials."""
        start = (self.began - _REACH).isoformat(timespec="seconds").replace("+00:00", "Z")
        text = self.platforms.store_file(name, orders=f"start_from = {start}")
        asyncio.run(connect_store(self.runtime, parse_store_file(text), check=True))

    def connect_again(self, name: str) -> None:
        """The merchant authorises both apps anew and connects the pair with the new credentials."""
        pair = self.pairs[name]
        pair.grant = self.platforms.tiktok.authorize(pair.shop)
        pair.shopify.access_token = pair.shopify.access.issue(pair.shopify.app).text
        plans = [self.platforms.tiktok_faults, *(each.shopify_faults for each in self.pairs.values())]
        rules = [plan.suspend() for plan in plans]
        try:
            self.connect(name)
        finally:
            for plan, held in zip(plans, rules, strict=True):
                plan.resume(held)

    def accept_duplicates(self) -> None:
        """Shopify makes every order it is asked for: nothing but the connector keeps doubles away."""
        for pair in self.pairs.values():
            pair.shopify.switches.duplicate_identifier = DuplicateIdentifier.ACCEPT

    def offer(self, count: int, *, older: bool = False) -> list[str]:
        """Place orders ready for Shopify; `older`: placed within the three hours before the world began."""
        placed = []
        for _ in range(count):
            pair = self.dice.choice(list(self.pairs.values()))
            chosen = self.dice.sample(_SKUS, self.dice.choice((1, 1, 2)))
            skus = [(sku, self.dice.choice((1, 1, 2))) for sku in chosen]
            age = timedelta(seconds=self.dice.uniform(60, 10_000)) if older else timedelta()
            order_id = pair.place(*skus, created_at=self.began - age if older else self.clock.now())
            status = self.dice.choice(("AWAITING_SHIPMENT",) * 4 + ("AWAITING_COLLECTION", "IN_TRANSIT"))
            pair.tiktok.move_order(order_id, status)
            self.offered[order_id] = pair.name
            placed.append(order_id)
        return placed

    def cancel(self, order_id: str) -> bool:
        """The buyer cancels unless the order has been packed; it must end cancelled on Shopify, or never
        come to be there."""
        if self.platforms.tiktok.order(order_id)["status"] != "AWAITING_SHIPMENT":
            return False
        self.cancelled.add(order_id)
        self.platforms.tiktok.move_order(order_id, "CANCELLED")
        return True

    def wait(self, seconds: float) -> None:
        """Time passes in small steps, so that what is due at the platforms happens when it is due."""
        while seconds > 0:
            step = min(seconds, _STEP)
            self.clock.advance(timedelta(seconds=step))
            self.platforms.settle()
            seconds -= step

    def sync(self) -> list[str]:
        """One sync in this process; gives the errors of the stores."""
        results = asyncio.run(over_stores(self.runtime, None, source="sync", story=Story().sync))
        return [result.error for result in results if result.error]

    def backfill(self, start: datetime, end: datetime) -> list[str]:
        """Import a stretch of create time; gives the errors of the stores."""

        async def story(session: StoreSession) -> None:
            await Story().backfill(session, backfill_window(start, end))

        results = asyncio.run(over_stores(self.runtime, None, source="backfill", story=story))
        return [result.error for result in results if result.error]

    def retry(self, reason: str) -> list[str]:
        """Try again what is blocked for a reason; gives the errors of the stores."""

        async def story(session: StoreSession) -> None:
            await retry(session, order_ids=None, reason=reason)

        results = asyncio.run(over_stores(self.runtime, None, source="retry", story=story))
        return [result.error for result in results if result.error]

    def make_well(self) -> None:
        """Nothing fails any more."""
        self.platforms.tiktok_faults.clear()
        for pair in self.pairs.values():
            pair.shopify_faults.clear()

    def calm_down(self, *, patient: bool = True) -> list[str]:
        """Sync until every order offered is there; gives errors met.

        `patient`: and on through the waits in which an order could be made a second time.
        """
        self.make_well()
        errors = []
        for step in _CALM_STEPS:
            met = self.sync()
            if any("connect" in error for error in met):
                # A worker died between TikTok's renewal of a token and writing it down.
                self.reconnected += 1
                for name in self.pairs:
                    self.connect_again(name)
            errors += met
            self.wait(step)
            if (step > _CALM_STEPS[5] or not patient) and self.verdict().ok:
                break
        return errors + self.sync()

    def verdict(self, *, strangers_allowed: bool = False) -> Verdict:
        """What Shopify's book says now; `strangers_allowed`: orders besides those offered are no fault."""
        found = Verdict(len(self.offered))
        for order_id, name in self.offered.items():
            there = self.pairs[name].shopify.orders_with_source(order_id)
            alive = [order for order in there if order.cancelled_at is None]
            found.created += bool(there)
            if len(there) > 1:
                found.doubled.append(order_id)
            elif order_id in self.cancelled:
                found.wrong += [order_id] if alive else []
            elif not there:
                found.lost.append(order_id)
            elif not alive or there[0].total != self._total(order_id):
                found.wrong.append(order_id)
        strangers = sum(len(pair.shopify.orders) for pair in self.pairs.values())
        if not strangers_allowed and strangers != sum(
            len(self.pairs[n].shopify.orders_with_source(i)) for i, n in self.offered.items()
        ):
            found.wrong.append("an order nobody offered")
        return found

    def differences(self) -> list[str]:
        """What `connector reconcile` finds over the whole time of this world."""
        found: list[str] = []

        async def story(session: StoreSession) -> None:
            start, end = self.began - _REACH, self.clock.now() + timedelta(minutes=1)
            comparison = await reconcile(session, start, end)
            found.extend(f"{name}: {ids}" for name, ids in comparison.differences().items() if ids)

        results = asyncio.run(over_stores(self.runtime, None, source="reconcile", story=story))
        return found + [result.error for result in results if result.error]

    def window(self) -> tuple[datetime, datetime]:
        """A window of create time that holds every order."""
        return self.began - _REACH, self.clock.now() + timedelta(hours=1)

    def _total(self, order_id: str) -> Decimal:
        return Decimal(self.platforms.tiktok.order(order_id)["payment"]["total_amount"])

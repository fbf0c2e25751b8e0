"""A story: workers bring orders over while everything breaks, then calm returns and the books are read.

What happens is drawn from the story's seed, so that a seed tells the same story again; which instruction a
blow meets is up to the machine.
"""

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from connector.errors import LedgerUnavailable
from connector.sandbox.faults import Fault, FaultKind, FaultPlan
from connector.sandbox.shopify.switches import DuplicateIdentifier
from tests.faults import matrix
from tests.faults.death import Death, Moment
from tests.faults.worker import Orders, start
from tests.faults.world import Verdict, World

_MOST_MOMENTS = {Moment.STEP: 400, Moment.COMMIT: 40, Moment.COMMITTED: 40}
_MOST_REQUESTS = 25
_LEASE = 120.0
_CRASHES = ("nexpected failure", "unexpected ", "Traceback", "Task exception was never retrieved")


@dataclass(slots=True)
class Outcome:
    """What a story came to."""

    seed: int
    verdict: Verdict
    differences: list[str]
    faults: Counter[str]
    events: Counter[str]
    crashes: list[str]
    """Failures nobody foresaw, by the workers' logs."""
    errors: list[str] = field(default_factory=list)
    """What the stores said of the last, calm sync."""

    @property
    def ok(self) -> bool:
        """Whether everything is there once, and the connector's own comparison agrees."""
        return self.verdict.ok and not self.differences and not self.crashes and not self.errors


class Story:
    """One seed's story on one world."""

    def __init__(self, world: World, *, workers: int, seconds: float) -> None:
        self.world = world
        self.dice = random.Random(world.seed)
        self.events: Counter[str] = Counter()
        self._seconds = seconds
        self._log = world.folder / "workers.log"
        self._log.touch()
        self._count = workers
        self._workers: list[ForkServerProcess] = []
        self._paused: list[tuple[ForkServerProcess, float]] = []
        self._backup: Path | None = None
        self._backup_at = 0.0

    def tell(self) -> Outcome:
        """Chaos, calm, verdict."""
        world = self.world
        for name in world.pairs:
            world.connect(name)
        self._choose_open_facts()
        world.offer(self.dice.randint(2, 12), older=True)
        world.offer(self.dice.randint(4, 15))
        self._plan_faults()
        try:
            self._chaos()
        finally:
            self._kill_all()
        errors = world.calm_down()
        self._count_late_creates()
        self.events["stores connected again after a renewed token was lost"] += world.reconnected
        return Outcome(
            world.seed,
            world.verdict(),
            world.differences(),
            self._faults(),
            self.events,
            self._crashes(),
            errors[-len(world.pairs) :] if errors and not world.verdict().ok else [],
        )

    def _choose_open_facts(self) -> None:
        facts = self.world.platforms.tiktok.facts
        facts.search_lag = timedelta(seconds=self.dice.choice((0, 0, 5, 45)))
        facts.paging = self.dice.choice(("key", "offset", "snapshot"))
        facts.foreign_ids = self.dice.choice(("skip", "refuse"))
        for pair in self.world.pairs.values():
            switches = pair.shopify.switches
            switches.duplicate_identifier = self.dice.choice(list(DuplicateIdentifier))
            switches.search_lag = self.dice.choice((0.0, 30.0))
            switches.identifier_lag = self.dice.choice((0.0, 0.0, 0.0, 20.0))
            switches.unique_check_delay = self.dice.choice((0.0, 5.0))
            switches.missing_identifier_is_error = self.dice.random() < 0.2
            switches.throttled_status = self.dice.choice((200, 429))

    def _plan_faults(self) -> None:
        self._plan(self.world.platforms.tiktok_faults, matrix.of_reads("tiktok"), ".*", ())
        for pair in self.world.pairs.values():
            # First, because the first rule that strikes is the one that counts.
            self._plan_late_creates(pair.shopify_faults)
            self._plan(pair.shopify_faults, matrix.of_reads("shopify"), "(?!orderC|fulfillmentC).*", ())
            writes = matrix.of_writes("shopify")
            self._plan(pair.shopify_faults, writes, "orderCreate", self.dice.sample(sorted(writes), 6))
            done = {name: fault for name, fault in writes.items() if name not in matrix.of_reads("shopify")}
            self._plan(pair.shopify_faults, done, "orderCreate", ())

    def _plan_late_creates(self, plan: FaultPlan) -> None:
        """Orders that appear after the connection which asked for them has died."""
        for _ in range(self.dice.randint(1, 4)):
            late = matrix.late(self.dice.uniform(1.0, matrix.LATEST))
            plan.add("orderCreate", late, probability=0.1, times=1)

    def _plan(self, plan: FaultPlan, kinds: dict[str, Fault], operation: str, sure: object) -> None:
        for name in self.dice.sample(sorted(kinds), 5):
            plan.add(operation, kinds[name], probability=self.dice.uniform(0.02, 0.2), times=15)
        for name in sure if isinstance(sure, list) else ():
            plan.add(operation, kinds[name], nth=self.dice.randint(1, 20), times=1)

    def _chaos(self) -> None:
        blows: list[tuple[float, Callable[[], None]]] = [
            (30, self._pass_time),
            (6, lambda: self._offer()),
            (3, self._kill_one),
            (2, self._pause_one),
            (1, self._cancel_one),
            (1, self._expire_token),
            (0.5, self._revoke),
            (2, self._cut_connections),
            (0.7, self._back_up_or_restore),
        ]
        weights, actions = [weight for weight, _ in blows], [action for _, action in blows]
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            self._revive()
            self.dice.choices(actions, weights)[0]()
            self._note_pauses()
            self._resume()
            time.sleep(self.dice.uniform(0.02, 0.25))

    def _pass_time(self) -> None:
        self.world.wait(self.dice.choice((0.5, 1.0, 3.0, 6.0, 10.0, 15.0)))

    def _offer(self) -> None:
        if len(self.world.offered) < 80:
            self.world.offer(self.dice.randint(1, 4))

    def _revive(self) -> None:
        for worker in [each for each in self._workers if not each.is_alive()]:
            worker.join()
            self.events["deaths at a chosen moment" if worker.exitcode == -signal.SIGKILL else "ends"] += 1
            self._workers.remove(worker)
        while len(self._workers) < self._count:
            self._workers.append(start(self._orders()))

    def _orders(self) -> Orders:
        world, dice = self.world, self.dice
        moment = dice.choice(list(Moment))
        nth = dice.randint(1, _MOST_MOMENTS.get(moment, _MOST_REQUESTS))
        return Orders(
            database_url=world.database_url,
            secret_key=world.secret_key,
            clock_file=world.clock_file,
            log_file=self._log,
            seed=dice.randrange(1 << 30),
            backfill=world.window() if dice.random() < 0.25 else None,
            death=Death(moment, nth, pause=dice.random() < 0.25) if dice.random() < 0.7 else None,
            refused=dice.choice((0.0, 0.0, 0.03, 0.1)),
        )

    def _kill_one(self) -> None:
        alive = [worker for worker in self._workers if worker.is_alive()]
        if alive:
            self._kill(self.dice.choice(alive))

    def _kill(self, worker: ForkServerProcess) -> None:
        worker.kill()
        worker.join()
        self._workers.remove(worker)
        self._paused = [entry for entry in self._paused if entry[0] is not worker]
        self.events["kills at any moment"] += 1

    def _kill_all(self) -> None:
        for worker in list(self._workers):
            if worker.is_alive():
                self._kill(worker)

    def _pause_one(self) -> None:
        """A process stops for longer than its lease lasts, while others go on, and wakes up again."""
        alive = [worker for worker in self._workers if worker.is_alive()]
        if alive and not self._paused:
            worker = self.dice.choice(alive)
            os.kill(worker.pid or 0, signal.SIGSTOP)
            self._note_pause(worker)

    def _note_pauses(self) -> None:
        """Find workers that stopped by themselves, at the moment they were to."""
        known = [worker for worker, _ in self._paused]
        for worker in self._workers:
            if worker not in known and _stands_still(worker):
                self._note_pause(worker)

    def _note_pause(self, worker: ForkServerProcess) -> None:
        self.events["pauses beyond the lease"] += 1
        self._paused.append((worker, self.world.clock.monotonic() + _LEASE + self.dice.uniform(0, 150)))
        self._count += 1

    def _resume(self) -> None:
        for worker, until in list(self._paused):
            self.world.wait(self.dice.uniform(5, 25))
            if self.world.clock.monotonic() >= until:
                self._paused.remove((worker, until))
                self._count -= 1
                if worker.is_alive():
                    os.kill(worker.pid or 0, signal.SIGCONT)

    def _cancel_one(self) -> None:
        ids = [order_id for order_id in self.world.offered if order_id not in self.world.cancelled]
        if ids and len(self.world.cancelled) < 6:
            self.events["orders cancelled"] += self.world.cancel(self.dice.choice(ids))

    def _expire_token(self) -> None:
        for pair in self.world.pairs.values():
            self.world.platforms.tiktok.desk.expire_access(pair.grant)
        self.events["tokens expired"] += 1

    def _revoke(self) -> None:
        """A platform takes its authorisation back; after a while the merchant connects the store again."""
        world = self.world
        name = self.dice.choice(list(world.pairs))
        pair = world.pairs[name]
        if self.dice.random() < 0.5:
            world.platforms.tiktok.deauthorize(pair.grant)
            self.events["authorisations revoked at TikTok"] += 1
        else:
            pair.shopify.access.revoke(pair.shopify.access_token)
            self.events["tokens revoked at Shopify"] += 1
        for _ in range(self.dice.randint(1, 6)):
            world.wait(5.0)
            time.sleep(0.2)
        try:
            world.connect_again(name)
        except LedgerUnavailable:
            # A worker that stands still in the middle of a write keeps everybody else from SQLite's file.
            self._kill_all()
            world.connect_again(name)

    def _cut_connections(self) -> None:
        """PostgreSQL drops every worker's connection, whatever it is in the middle of."""
        if not self.world.database_url.startswith("postgresql"):
            return
        engine = create_engine(self.world.database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND application_name = 'connector'"
                    " AND pid <> pg_backend_pid()"
                )
            )
        engine.dispose()
        self.events["database connections cut"] += 1

    def _back_up_or_restore(self) -> None:
        """The ledger falls back to what it was a while ago: it is killed, copied back, and goes on."""
        if not self.world.database_url.startswith("sqlite"):
            return
        ledger = Path(make_url(self.world.database_url).database or "")
        if self._backup is None:
            self._kill_all()
            self.world.runtime.database.dispose()
            self._backup = self.world.folder / "backup.db"
            with self.world.runtime.database.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql(f"VACUUM INTO '{self._backup}'")
            self._backup_at = self.world.clock.monotonic()
            return
        if self.world.clock.monotonic() < self._backup_at + 60:
            return
        self._kill_all()
        self.world.runtime.database.dispose()
        for suffix in ("-wal", "-shm"):
            Path(f"{ledger}{suffix}").unlink(missing_ok=True)
        shutil.move(self._backup, ledger)
        self._backup = None
        self.world.wait(100.0)
        for name in self.world.pairs:
            self.world.connect_again(name)
        self.events["ledgers restored from a backup"] += 1

    def _count_late_creates(self) -> None:
        for pair in self.world.pairs.values():
            late = sum(each.fault.kind is FaultKind.LATE for each in pair.shopify_faults.log)
            if pair.shopify.switches.search_lag:
                self.events["late creates beside a lagging search index"] += late

    def _faults(self) -> Counter[str]:
        plans = [self.world.platforms.tiktok_faults, *(p.shopify_faults for p in self.world.pairs.values())]
        return Counter(matrix.name_of(each.fault) for plan in plans for each in plan.log)

    def _crashes(self) -> list[str]:
        lines = self._log.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if any(word in line for word in _CRASHES)]


def _stands_still(worker: ForkServerProcess) -> bool:
    try:
        return Path(f"/proc/{worker.pid}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1][0] == "T"
    except (OSError, IndexError):
        return False

"""Runs stories with random seeds for so many minutes and adds up what the platforms' books say."""

import argparse
import logging
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path

from connector.sandbox.server import Mounts, serve
from tests.faults.death import Death, Moment
from tests.faults.deaths import moments_of_a_sync, sync_that_dies
from tests.faults.ledgers import fresh_ledger, postgres_server
from tests.faults.poison import PoisonStory
from tests.faults.story import Outcome, Story
from tests.faults.world import Verdict, World

_POISON_AT_ONCE = 5000
"""Poisoned orders of one ledger."""
_POISON_EVERY = 10
"""One story in about so many is one of poison, with `_SOME_POISON` orders."""
_SOME_POISON = 1000
_MOST_TOLD = 2000
"""Characters told of each kind of trouble."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 as soon as a story ends with an order lost, doubled or wrong; its seed is printed."""
    asked = _parser().parse_args(arguments)
    if asked.deaths:
        return every_death(asked.every)
    kinds = ("sqlite", "postgres") if asked.database == "both" else (asked.database,)
    dice = random.Random()
    totals = Totals()
    mounts = Mounts()
    server = serve(mounts)
    # Every connection that a fault cuts would be a line on the terminal.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server()) if "postgres" in kinds else None
        for number in count():
            kind = kinds[number % len(kinds)]
            seed = dice.randrange(1 << 31) if asked.seed is None else asked.seed
            with ExitStack() as one:
                folder = one.enter_context(_folder(keep=asked.keep))
                url = one.enter_context(fresh_ledger(folder, postgres if kind == "postgres" else None))
                pairs = ("us",) if _is_poison(asked, seed) else _pairs(seed)
                world = World(mounts, server, seed=seed, database_url=url, folder=folder, pairs=pairs)
                one.callback(world.close)
                outcome = _story(asked, world, kind).tell()
            totals.add(kind, outcome)
            _say(kind, outcome)
            if _is_enough(asked, totals):
                break
    server.stop()
    sys.stdout.write(totals.table())
    return 0 if totals.ok else 1


def _is_enough(asked: argparse.Namespace, totals: "Totals") -> bool:
    if asked.seed is not None and not asked.repeat:
        return True
    if asked.poison:
        return totals.events["orders poisoned"] >= int(asked.poison)
    return totals.minutes >= float(asked.minutes)


def _is_poison(asked: argparse.Namespace, seed: int) -> bool:
    return bool(asked.poison) or seed % _POISON_EVERY == 0


def _story(asked: argparse.Namespace, world: World, kind: str) -> Story | PoisonStory:
    if _is_poison(asked, world.seed):
        return PoisonStory(world, orders=min(asked.poison, _POISON_AT_ONCE) or _SOME_POISON)
    workers = asked.workers or _workers(kind, world.seed)
    return Story(world, workers=workers, seconds=asked.chaos)


def every_death(every: int) -> int:
    """A sync over SQLite killed at each moment it passes, and at every n-th step of its loop."""
    mounts = Mounts()
    server = serve(mounts)
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    died: Counter[str] = Counter()
    with ExitStack() as stack:
        folder = stack.enter_context(_folder(keep=False))
        url = stack.enter_context(fresh_ledger(folder, None))
        world = World(mounts, server, seed=1, database_url=url, folder=folder)
        stack.callback(world.close)
        world.connect("us")
        world.accept_duplicates()
        for moment, times in moments_of_a_sync(world).items():
            for nth in range(1, times + 1, every if moment is Moment.STEP else 1):
                died[moment] += sync_that_dies(world, Death(moment, nth)) == -signal.SIGKILL
            sys.stdout.write(
                f"{moment}: killed {died[moment]} of {times} times; {_figures(world.verdict())}\n"
            )
            sys.stdout.flush()
        world.calm_down()
        verdict, differences = world.verdict(), world.differences()
    server.stop()
    sys.stdout.write(f"kills {died.total()}; {_figures(verdict)}; differences {differences or 'none'}\n")
    return 0 if verdict.ok and not differences else 1


def _figures(verdict: Verdict) -> str:
    return (
        f"offered {verdict.offered}, created {verdict.created}, doubled {len(verdict.doubled)}, "
        f"lost {len(verdict.lost)}, wrong {len(verdict.wrong)}"
    )


class Totals:
    """What all stories came to."""

    def __init__(self) -> None:
        self.stories: Counter[str] = Counter()
        self.figures: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.failed: list[int] = []
        self._began = time.monotonic()

    @property
    def ok(self) -> bool:
        """Whether no story failed."""
        return not self.failed

    @property
    def minutes(self) -> float:
        """Since the first story began."""
        return (time.monotonic() - self._began) / 60

    def add(self, kind: str, outcome: Outcome) -> None:
        """Count a story."""
        verdict = outcome.verdict
        self.stories[kind] += 1
        self.figures.update(
            offered=verdict.offered,
            created=verdict.created,
            doubled=len(verdict.doubled),
            lost=len(verdict.lost),
            wrong=len(verdict.wrong),
        )
        self.faults += outcome.faults
        self.events += outcome.events
        if not outcome.ok:
            self.failed.append(outcome.seed)

    def table(self) -> str:
        """All figures, one to a line."""
        rows = [
            f"minutes {self.minutes:.1f}",
            *(f"stories over {kind} {times}" for kind, times in self.stories.items()),
            *(
                f"orders {name} {self.figures[name]}"
                for name in ("offered", "created", "doubled", "lost", "wrong")
            ),
            f"faults injected {sum(self.faults.values())}",
            *(f"  {name} {times}" for name, times in sorted(self.faults.items())),
            *(f"{name} {times}" for name, times in sorted(self.events.items())),
            f"seeds that failed {self.failed or 'none'}",
        ]
        return "\n".join(rows) + "\n"


def _say(kind: str, outcome: Outcome) -> None:
    verdict = outcome.verdict
    sys.stdout.write(
        f"seed {outcome.seed} {kind}: {_figures(verdict)}, "
        f"faults {sum(outcome.faults.values())}, blows {sum(outcome.events.values())}\n"
    )
    if not outcome.ok:
        told = (verdict, outcome.differences, outcome.crashes, outcome.errors)
        sys.stdout.write("".join(f"  FAILED {str(each)[:_MOST_TOLD]}\n" for each in told))
    sys.stdout.flush()


def _pairs(seed: int) -> tuple[str, ...]:
    return ("us", "uk") if seed % 4 == 0 else ("us",)


def _workers(kind: str, seed: int) -> int:
    return random.Random(seed).choice((1, 2, 2, 4) if kind == "postgres" else (1, 1, 2))


@contextmanager
def _folder(*, keep: bool) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="connector-proof-"))
    try:
        yield folder
    finally:
        if keep:
            sys.stdout.write(f"  kept {folder}\n")
        else:
            shutil.rmtree(folder, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description="The long proof.")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, help="tell this one story again")
    parser.add_argument("--repeat", action="store_true", help="tell it for all of the minutes")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--workers", type=int, default=0, help="processes at once; 0: drawn per story")
    parser.add_argument("--chaos", type=float, default=8.0, help="real seconds of trouble per story")
    parser.add_argument(
        "--poison",
        type=int,
        default=0,
        metavar="ORDERS",
        help="instead: so many poisoned orders, and answers",
    )
    parser.add_argument("--deaths", action="store_true", help="instead: kill a sync at every moment")
    parser.add_argument("--every", type=int, default=1, help="with --deaths: only every n-th step")
    parser.add_argument("--keep", action="store_true", help="keep each story's ledger and logs")
    return parser

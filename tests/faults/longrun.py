"""Runs stories with random seeds for so many minutes and adds up what the platforms' books say."""

import argparse
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from connector.sandbox.server import Mounts, serve
from tests.faults.ledgers import fresh_ledger, postgres_server
from tests.faults.story import Outcome, Story
from tests.faults.world import World


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 1 as soon as a story ends with an order lost, doubled or wrong; its seed is printed."""
    asked = _parser().parse_args(arguments)
    kinds = ("sqlite", "postgres") if asked.database == "both" else (asked.database,)
    dice = random.Random()
    totals = Totals()
    mounts = Mounts()
    server = serve(mounts)
    # Every connection that a fault cuts would be a line on the terminal.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    until = time.monotonic() + 60 * asked.minutes
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server()) if "postgres" in kinds else None
        number = 0
        while number == 0 or time.monotonic() < until:
            kind = kinds[number % len(kinds)]
            seed = dice.randrange(1 << 31) if asked.seed is None else asked.seed
            with ExitStack() as one:
                folder = one.enter_context(_folder(keep=asked.keep))
                url = one.enter_context(fresh_ledger(folder, postgres if kind == "postgres" else None))
                world = World(mounts, server, seed=seed, database_url=url, folder=folder, pairs=_pairs(seed))
                one.callback(world.close)
                workers = asked.workers or _workers(kind, seed)
                outcome = Story(world, workers=workers, seconds=asked.chaos).tell()
            number += 1
            totals.add(kind, outcome)
            _say(kind, outcome)
            if asked.seed is not None and not asked.repeat:
                break
    server.stop()
    sys.stdout.write(totals.table())
    return 0 if totals.ok else 1


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
        minutes = (time.monotonic() - self._began) / 60
        rows = [
            f"minutes {minutes:.1f}",
            *(f"stories over {kind} {count}" for kind, count in self.stories.items()),
            *(
                f"orders {name} {self.figures[name]}"
                for name in ("offered", "created", "doubled", "lost", "wrong")
            ),
            f"faults injected {sum(self.faults.values())}",
            *(f"  {name} {count}" for name, count in sorted(self.faults.items())),
            *(f"{name} {count}" for name, count in sorted(self.events.items())),
            f"seeds that failed {self.failed or 'none'}",
        ]
        return "\n".join(rows) + "\n"


def _say(kind: str, outcome: Outcome) -> None:
    verdict = outcome.verdict
    sys.stdout.write(
        f"seed {outcome.seed} {kind}: offered {verdict.offered}, created {verdict.created}, "
        f"doubled {len(verdict.doubled)}, lost {len(verdict.lost)}, wrong {len(verdict.wrong)}, "
        f"faults {sum(outcome.faults.values())}, deaths {sum(outcome.events.values())}\n"
    )
    if not outcome.ok:
        sys.stdout.write(f"  FAILED {verdict} {outcome.differences} {outcome.crashes} {outcome.errors}\n")
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
    parser.add_argument("--keep", action="store_true", help="keep each story's ledger and logs")
    return parser

"""`python -m benchmarks [throughput|latency|bucket|volume|idle|console …] [--quick]`: print and keep figures.

Exit status 1 when a target is missed. All of it takes about a quarter of an hour, `--quick` a few minutes on
fewer orders, where what a run costs once weighs more.
"""

import argparse
import sys
from collections.abc import Sequence

from benchmarks.figures import Figure, missed, table, write
from benchmarks.measures import MEASURES
from benchmarks.sizes import FULL, QUICK


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurements asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast the connector is.")
    parser.add_argument("measures", nargs="*", metavar="measure", help=f"of: {', '.join(MEASURES)}")
    parser.add_argument("--quick", action="store_true", help="fewer orders; the figures are indications")
    parser.add_argument("--postgres", metavar="URL", help="a PostgreSQL server whose user may make databases")
    asked = parser.parse_args(arguments)
    unknown = sorted(set(asked.measures) - set(MEASURES))
    if unknown:
        parser.error(f"no such measure: {', '.join(unknown)}; there are {', '.join(MEASURES)}")
    figures: list[Figure] = []
    for name in asked.measures or MEASURES:
        sys.stderr.write(f"measuring {name} …\n")
        figures += MEASURES[name](QUICK if asked.quick else FULL, asked.postgres)
    path = write(figures, quick=asked.quick)
    sys.stdout.write(f"{table(figures)}\n\nkept in {path}\n")
    return 1 if missed(figures) else 0


if __name__ == "__main__":
    raise SystemExit(main())

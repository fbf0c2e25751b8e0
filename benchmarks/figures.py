"""Figures with their targets, as a table for people and as JSON."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value. Without a target it is for information and nothing can be missed."""

    about: str
    name: str
    value: float
    unit: str
    target: float | None = None
    bound: Literal["at least", "at most"] = "at least"
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target was reached; None when there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.bound == "at least" else self.value <= self.target


def table(figures: Iterable[Figure]) -> str:
    """One line per figure, grouped by what it is about."""
    lines, about = [], ""
    for figure in figures:
        if figure.about != about:
            about = figure.about
            lines += ["", about]
        mark = {True: "pass", False: "MISS", None: ""}[figure.met]
        target = "" if figure.target is None else f"{figure.bound} {figure.target:g}"
        row = f"  {figure.name:<46} {_shown(figure.value):>10} {figure.unit:<12} {target:<14} {mark:<4}"
        lines.append(f"{row} {figure.note}".rstrip())
    return "\n".join(lines)


def missed(figures: Iterable[Figure]) -> list[Figure]:
    """The figures that did not reach their target."""
    return [figure for figure in figures if figure.met is False]


def write(figures: Sequence[Figure], *, quick: bool) -> Path:
    """Keep the figures with the machine they were measured on; gives the file."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    document = {
        "at": now.isoformat(timespec="seconds"),
        "quick": quick,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        "figures": [{**asdict(figure), "met": figure.met} for figure in figures],
    }
    path = RESULTS / f"{now:%Y%m%d-%H%M%S}.json"
    path.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    return path


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.2f}"

"""A progress line for long work, on standard error and only when that is a terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from connector.services.progress import Progress as Watcher

_SHOWN = ("new", "created", "already_on_shopify", "blocked", "waiting", "completed", "cancelled")


class _Rate(ProgressColumn):
    """Orders handled in a second."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:,.0f}/s", style="dim")


COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(bar_width=24),
    MofNCompleteColumn(),
    _Rate(),
    TimeRemainingColumn(elapsed_when_finished=True),
    TextColumn("{task.fields[figures]}", style="dim"),
)
"""What a line of progress consists of."""


class NoProgress:
    """A watcher for output that nobody looks at while it is made."""

    def start(self, store: str, total: int | None) -> None:
        """See `connector.services.progress.Progress.start`."""

    def advance(self, store: str, n: int, counts: dict[str, int]) -> None:
        """See `connector.services.progress.Progress.advance`."""

    def done(self, store: str) -> None:
        """See `connector.services.progress.Progress.done`."""


class Bars:
    """One line per store: how many orders of how many, how fast, how long still, and what became of them."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def start(self, store: str, total: int | None) -> None:
        """A store's work begins, or its size has become known."""
        if store in self._tasks:
            self._progress.update(self._tasks[store], total=total)
        else:
            self._tasks[store] = self._progress.add_task(store, total=total, figures="")

    def advance(self, store: str, n: int, counts: dict[str, int]) -> None:
        """`n` more orders of a store are handled."""
        if store not in self._tasks:
            self.start(store, None)
        figures = " ".join(f"{name} {counts[name]:,}" for name in _SHOWN if counts.get(name))
        self._progress.update(self._tasks[store], advance=n, figures=figures)

    def done(self, store: str) -> None:
        """A store's work has ended; its bar stands still."""
        task = self._tasks.get(store)
        if task is not None:
            handled = self._progress.tasks[self._progress.task_ids.index(task)].completed
            self._progress.update(task, total=max(handled, 1), completed=max(handled, 1))
            self._progress.stop_task(task)


@contextmanager
def watching() -> Iterator[Watcher]:
    """The watcher that fits standard error."""
    if not sys.stderr.isatty():
        yield NoProgress()
        return
    with Progress(*COLUMNS, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress)

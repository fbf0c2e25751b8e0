"""How long work tells whoever watches how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol


class Progress(Protocol):
    """A watcher of long work; all three are called from the event loop."""

    def start(self, store: str, total: int | None) -> None:
        """Work on a store begins; `total` orders are expected, None when nobody knows yet."""

    def advance(self, store: str, n: int, counts: dict[str, int]) -> None:
        """`n` more orders were handled; `counts` are the run's figures so far."""

    def done(self, store: str) -> None:
        """Work on a store has ended, well or not."""


class _Silent:
    def start(self, store: str, total: int | None) -> None:
        pass

    def advance(self, store: str, n: int, counts: dict[str, int]) -> None:
        pass

    def done(self, store: str) -> None:
        pass


_SILENT: Progress = _Silent()
_watcher: ContextVar[Progress] = ContextVar("progress", default=_SILENT)


def watcher() -> Progress:
    """Whoever watches now; someone who does nothing when nobody does."""
    return _watcher.get()


@contextmanager
def use(progress: Progress) -> Iterator[None]:
    """Let `progress` watch everything done inside the block."""
    token = _watcher.set(progress)
    try:
        yield
    finally:
        _watcher.reset(token)

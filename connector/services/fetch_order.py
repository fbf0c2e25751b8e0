"""Fetch Order: a sync that a person starts and watches, in the process that was asked.

Pressing it twice is one run. The run keeps its figures in the ledger, so that every process can show them.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from connector.errors import ConnectorError, LedgerUnavailable, UsageError
from connector.ledger import fetch_runs
from connector.ledger.fetch_runs import Pressed
from connector.runtime import Runtime
from connector.services import background, progress
from connector.services.results import run_document
from connector.services.stores_run import over_stores
from connector.services.story import Story

SOURCE = "fetch"
_LOOK_EVERY = 0.5
"""Real seconds between looks whether there is something new to write down."""
_RENEW_EVERY = timedelta(seconds=15)


class Figures:
    """A watcher that keeps each store's latest figures as the ledger holds them."""

    def __init__(self, stores: Sequence[str]) -> None:
        self.by_store: dict[str, dict[str, Any]] = {name: {"counts": {}, "done": False} for name in stores}
        self.changed = False

    def start(self, store: str, total: int | None) -> None:
        """See `connector.services.progress.Progress.start`."""

    def advance(self, store: str, n: int, counts: dict[str, int]) -> None:
        """See `connector.services.progress.Progress.advance`."""
        self.by_store[store] = {"counts": {**counts}, "done": False}
        self.changed = True

    def done(self, store: str) -> None:
        """See `connector.services.progress.Progress.done`."""
        self.by_store[store] = {**self.by_store.get(store, {"counts": {}}), "done": True}
        self.changed = True


async def press(runtime: Runtime, *, stores: Sequence[str] | None, user: str) -> Pressed:
    """Start a fetch of these stores (None: all that are not paused), or join the one that covers them.

    A started run goes on as a task of this process. Raises UsageError when there is no such store, or none
    at all to fetch.
    """
    rows = await asyncio.to_thread(runtime.active_stores, list(stores) if stores else None)
    names = sorted({row.name for row in rows})
    if not names:
        raise UsageError("There is no store to fetch from: connect one, or resume one that is paused.")
    pressed = await runtime.database.run(
        fetch_runs.join_or_start, stores=names, user=user, now=runtime.clock.now()
    )
    if not pressed.joined:
        background.start(_fetch(runtime, pressed.id, names), name=f"fetch {pressed.id}")
    return pressed


async def close() -> None:
    """Stop the fetches of this process: orders not begun are given back, and each run says it was stopped."""
    await background.close()


async def _fetch(runtime: Runtime, run_id: int, names: Sequence[str]) -> None:
    figures = Figures(names)
    document: dict[str, Any] | None = None
    reporting = asyncio.create_task(_report(runtime, run_id, figures))
    try:
        with progress.use(figures):
            results = await over_stores(runtime, names, source=SOURCE, story=Story().sync)
        document = run_document(results)
    except ConnectorError as error:
        document = _nothing_to_say(names, str(error))
    finally:
        reporting.cancel()
        with suppress(asyncio.CancelledError):
            await reporting
        await asyncio.shield(_end(runtime, run_id, figures, document))


async def _report(runtime: Runtime, run_id: int, figures: Figures) -> None:
    """Write the figures down while the run goes on, and renew its lease when there are no new ones."""
    written_at = runtime.clock.now()
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        now = runtime.clock.now()
        if not figures.changed and now - written_at < _RENEW_EVERY:
            continue
        # A ledger that is away is told later; the work itself decides what that means.
        with suppress(LedgerUnavailable):
            figures.changed = False
            await runtime.database.run(
                fetch_runs.note_progress, run_id=run_id, progress=figures.by_store, now=now
            )
            written_at = now


async def _end(runtime: Runtime, run_id: int, figures: Figures, document: dict[str, Any] | None) -> None:
    with suppress(LedgerUnavailable):
        await runtime.database.run(
            fetch_runs.end_run,
            run_id=run_id,
            progress=figures.by_store,
            document=document,
            now=runtime.clock.now(),
        )


def _nothing_to_say(names: Sequence[str], error: str) -> dict[str, Any]:
    """The document of a run that failed as a whole."""
    stores = [{"store": name, "ok": False, "error": error} for name in names]
    return {"ok": False, "stores": stores}

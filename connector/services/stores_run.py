"""The same story for several stores side by side: one store's trouble never touches another."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from connector.errors import ConnectorError, LedgerUnavailable, NeedsReauthorization, UsageError
from connector.ledger import credentials, stores
from connector.ledger.stores import StoreRow
from connector.runtime import Runtime
from connector.services.counting import count_calls
from connector.services.progress import watcher
from connector.services.results import StoreResult
from connector.services.session import StoreSession, open_session
from connector.services.unforeseen import UnforeseenFailure, as_spoken

_log = logging.getLogger(__name__)

Story = Callable[[StoreSession], Awaitable[None]]


async def over_stores(
    runtime: Runtime, names: Sequence[str] | None, *, source: str, story: Story, rehearsing: bool = False
) -> list[StoreResult]:
    """Run `story` for each store at once and give every store's figures, by name.

    When `rehearsing`, nothing is noted of the run, neither its calls nor its failures.

    A store that fails says so in its result. Raises UsageError for a name no store has and
    LedgerUnavailable when the database is gone, because then nothing can be said of any store.
    """
    rows = runtime.active_stores(names)
    return list(
        await asyncio.gather(*(_one(runtime, row, source, story, rehearsing=rehearsing) for row in rows))
    )


async def _one(
    runtime: Runtime, store: StoreRow, source: str, story: Story, *, rehearsing: bool
) -> StoreResult:
    if store.paused:
        return StoreResult(
            store.name, error=f"Store {store.name} is paused; connector store resume {store.name}"
        )
    try:
        async with open_session(runtime, store, source) as session:
            return await _told(session, story, rehearsing=rehearsing)
    except LedgerUnavailable:
        raise
    except ConnectorError as error:
        return await _failed(runtime, StoreResult(store.name), store, error, noted=not rehearsing)


async def _told(session: StoreSession, story: Story, *, rehearsing: bool) -> StoreResult:
    try:
        await story(session)
    except (LedgerUnavailable, UsageError):
        raise
    except Exception as error:
        # The other stores' work must go on.
        spoken = as_spoken(error)
        if isinstance(spoken, LedgerUnavailable):
            # From within a group of tasks, it still means that nothing can be said of any store.
            raise spoken from error
        return await _failed(session.runtime, session.settle(), session.store, spoken, noted=not rehearsing)
    finally:
        watcher().done(session.store.name)
        if not rehearsing:
            await count_calls(session)
    return session.settle()


def _sentence(spoken: Exception) -> str:
    """What went wrong in one sentence; a failure nobody foresaw is logged without values."""
    if isinstance(spoken, UnforeseenFailure):
        _log.error("%s", spoken)
        return f"{spoken}; the run is tried again by its schedule."
    return str(spoken)


async def _failed(
    runtime: Runtime, result: StoreResult, store: StoreRow, error: Exception, *, noted: bool
) -> StoreResult:
    result.error = await note_failure(runtime, store, error) if noted else _sentence(error)
    return result


async def note_failure(runtime: Runtime, store: StoreRow, error: Exception) -> str:
    """Keep why a store could not be worked on, and whether its authorisation is gone; gives the sentence."""
    sentence = _sentence(error)
    await runtime.database.run(stores.mark_failed, store_id=store.id, error=sentence)
    if isinstance(error, NeedsReauthorization):
        now = runtime.clock.now()
        await runtime.database.run(
            credentials.mark_revoked, store_id=store.id, platform=error.platform, now=now
        )
    return sentence

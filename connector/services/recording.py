"""Writing down what became of orders: one transaction for as many as are known at that moment."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType

from connector.ledger import outcomes
from connector.ledger.outcomes import Blocked, Created, Ignored, Looked, Outcome, Waiting
from connector.services.batch import Batch
from connector.services.progress import watcher
from connector.services.session import StoreSession


async def record(session: StoreSession, batch: Batch, verdicts: Sequence[Outcome]) -> None:
    """Commit outcomes of orders of the batch; they leave it, and the run's figures grow."""
    if not verdicts:
        return
    written = await session.database.run(
        outcomes.record_outcomes,
        owner=batch.owner,
        now=session.clock.now(),
        source=session.source,
        outcomes=verdicts,
    )
    batch.drop([verdict.pk for verdict in verdicts])
    for verdict in verdicts:
        if verdict.pk in written:
            _count(session, verdict)
    watcher().advance(session.store.name, len(verdicts), session.result.counts())


def _count(session: StoreSession, verdict: Outcome) -> None:
    result = session.result
    match verdict:
        case Created(linked=True):
            result.already_on_shopify += 1
        case Created():
            result.created += 1
        case Blocked():
            result.blocked += 1
        case Ignored():
            result.ignored += 1
        case Waiting() | Looked():
            result.waiting += 1


_GATHERING = 0.1
"""Real seconds in which outcomes gather for one commit: each has a price of its own, however few it holds."""


class OutcomeWriter:
    """Commits outcomes as they arrive, many in one transaction; the last ones at once.

    An outcome whose commit never happens (the process dies) leaves its attempt open, and an open attempt is
    looked up before anything else: losing the writer's queue loses nothing.
    """

    def __init__(self, session: StoreSession, batch: Batch) -> None:
        self._session = session
        self._batch = batch
        self._queue: asyncio.Queue[Outcome | None] = asyncio.Queue()
        self._writing: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()

    async def __aenter__(self) -> "OutcomeWriter":
        self._writing = asyncio.create_task(self._write())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._queue.put_nowait(None)
        if self._writing is not None:
            await self._writing

    def put(self, verdict: Outcome) -> None:
        """Hand over an outcome; it is committed soon."""
        self._queue.put_nowait(verdict)

    async def _write(self) -> None:
        ended = False
        while not ended:
            verdicts = [await self._queue.get()]
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _GATHERING)
            while not self._queue.empty():
                verdicts.append(self._queue.get_nowait())
            ended = None in verdicts
            await record(self._session, self._batch, [each for each in verdicts if each is not None])

"""How a worker process dies by its own hand: SIGKILL at the n-th time it passes a chosen moment."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

Trace = Callable[[str, dict[str, Any]], Awaitable[None]]


class Moment(StrEnum):
    """Where a process can die."""

    COMMIT = "commit"
    """Just before a transaction is committed."""
    COMMITTED = "committed"
    """Just after it."""
    SEND = "send"
    """Before a request leaves."""
    SENT = "sent"
    """When the whole request has left and its answer is awaited."""
    ANSWER = "answer"
    """When the answer has arrived and nothing has been made of it."""
    STEP = "step"
    """Between any two steps of the event loop: every await that waits."""


@dataclass(frozen=True, slots=True)
class Death:
    """At the `nth` passing of a moment, from 1; `pause` stands still (SIGSTOP) instead of dying."""

    moment: Moment
    nth: int
    pause: bool = False


class Fate:
    """Counts the moments a process passes; dies at the one it is given, `None` never."""

    def __init__(self, death: Death | None) -> None:
        self._death = death
        self.passed: Counter[Moment] = Counter()

    def passes(self, moment: Moment) -> None:
        """The process is at a moment."""
        self.passed[moment] += 1
        death = self._death
        if death is not None and (death.moment, death.nth) == (moment, self.passed[moment]):
            os.kill(os.getpid(), signal.SIGSTOP if death.pause else signal.SIGKILL)

    def watch_database(self, engine: Engine) -> None:
        """Count this engine's commits, before and after, and those of every session."""
        event.listen(engine, "commit", lambda _connection: self.passes(Moment.COMMIT))
        event.listen(Session, "after_commit", lambda _session: self.passes(Moment.COMMITTED))

    def loop(self) -> asyncio.AbstractEventLoop:
        """An event loop whose every step is counted."""
        return _CountedLoop(self)


class _CountedLoop(asyncio.SelectorEventLoop):
    def __init__(self, fate: Fate) -> None:
        self._fate = fate
        super().__init__()

    def _run_once(self) -> None:
        self._fate.passes(Moment.STEP)
        super()._run_once()  # type: ignore[misc]


class WatchedConnections(httpx.AsyncBaseTransport):
    """Passes requests on, counts their moments, and lets some meet a port where nobody listens."""

    def __init__(self, inner: httpx.AsyncBaseTransport, fate: Fate, refused: Callable[[], bool]) -> None:
        self._inner = inner
        self._fate = fate
        self._refused = refused

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._fate.passes(Moment.SEND)
        if self._refused():
            request.url = request.url.copy_with(port=1)
        request.extensions = {**request.extensions, "trace": self._traced(request.extensions.get("trace"))}
        response = await self._inner.handle_async_request(request)
        self._fate.passes(Moment.ANSWER)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()

    def _traced(self, theirs: Trace | None) -> Trace:
        async def trace(name: str, about: dict[str, Any]) -> None:
            if theirs is not None:
                await theirs(name, about)
            if name == "http11.receive_response_headers.started":
                self._fate.passes(Moment.SENT)

        return trace

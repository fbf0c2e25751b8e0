"""Everything `connector serve` runs, begun together and ended in order."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connector.console.app import create_app
from connector.console.health import PrefectToAsk
from connector.console.metrics import instruments_of
from connector.console.options import ConsoleOptions
from connector.runtime import Runtime
from connector.services import background
from connector.services.consumer import Consumer
from connector.serving.children import Child
from connector.serving.prefect_server import OwnServer
from connector.serving.web import WebServer

_log = logging.getLogger(__name__)

_CONSUMER_PATIENCE = 30.0
"""Seconds in which the consumer ends by itself, a little more than it gives its batches."""
_PAUSE = 1.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_ONE_AND_THE_SAME = 1.0
"""Seconds within which signals count as one."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What a process serves, decided before it begins."""

    listener: socket.socket
    options: ConsoleOptions
    prefect: PrefectToAsk | None = None
    """The Prefect server that has to answer for this process to be ready."""
    prefect_server: OwnServer | None = None
    """That server, when it is ours to run."""
    schedule: Child | None = None


Part = Callable[[asyncio.Event], Coroutine[Any, Any, None]]
"""Something that works until the event is set."""


async def serve(
    runtime: Runtime,
    serving: Serving,
    *,
    on_ready: Callable[[], None] = lambda: None,
    beside: Part | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM, then end everything within about a minute.

    `on_ready` is called when the console answers; `beside` runs along. The death of Prefect's server or of
    the schedule ends neither the console nor the consumer: they are started again.
    """
    stop, no_longer_needed, server = asyncio.Event(), asyncio.Event(), serving.prefect_server
    app = create_app(runtime, serving.options)
    app.state.prefect_to_ask = serving.prefect
    web = WebServer(app, serving.listener, on_ready=on_ready)
    consumer = Consumer(runtime, observe=instruments_of(app).observe)
    with _told_by_signals(stop):
        backing = asyncio.create_task(_keep(None if server is None else server.child, no_longer_needed))
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(_ending_all(web.serve_until(stop), stop))
                parts.create_task(_consume(consumer, stop))
                parts.create_task(_keep(serving.schedule, stop))
                if beside is not None:
                    parts.create_task(beside(stop))
            await background.close()
        finally:
            # Last: runs that are ended write down their end there.
            no_longer_needed.set()
            await backing
    _log.info("stopped")


async def _ending_all(part: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    try:
        await part
    finally:
        stop.set()


async def _keep(child: Child | None, stop: asyncio.Event) -> None:
    if child is not None:
        await child.keep(stop)


async def _consume(consumer: Consumer, stop: asyncio.Event) -> None:
    """Let the consumer work until `stop`; a failure it did not foresee costs a moment, not the process."""
    while not stop.is_set():
        working = asyncio.create_task(consumer.run(stop))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if stop.is_set():
                await asyncio.wait({working}, timeout=_CONSUMER_PATIENCE)
        finally:
            stopping.cancel()
            working.cancel()
            (outcome,) = await asyncio.gather(working, return_exceptions=True)
        if isinstance(outcome, Exception):
            _log.error("the consumer failed and begins again", exc_info=outcome)
            await asyncio.sleep(_PAUSE)


@contextmanager
def _told_by_signals(stop: asyncio.Event) -> Iterator[None]:
    """The first SIGINT or SIGTERM asks for an orderly end; a second one later ends the process at once.

    One Ctrl-C may come twice in a moment: from the terminal, and passed on by what started us.
    """
    loop = asyncio.get_running_loop()
    told_at: list[float] = []

    def told(number: int) -> None:
        if not told_at:
            _log.info("stopping")
            told_at.append(loop.time())
            stop.set()
        elif loop.time() - told_at[0] > _ONE_AND_THE_SAME:
            loop.remove_signal_handler(number)
            signal.raise_signal(number)

    for number in _SIGNALS:
        loop.add_signal_handler(number, told, number)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)

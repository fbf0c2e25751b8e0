"""Transactions on the ledger's database: one per call, retried where that is safe.

SQLite runs in WAL mode with `synchronous=FULL`: what is committed survives a killed process and a power
failure alike, because a lost create attempt could become a second order. A batch costs a handful of commits,
so the price is small.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from connector.ledger.engine import POOL_SIZE, make_engine
from connector.ledger.failures import as_ledger_error, is_transient

P = ParamSpec("P")
T = TypeVar("T")

_WAITS = (0.05, 0.2, 0.8, 2.0)
"""Seconds between tries of a transaction that failed for a passing reason."""


class Database:
    """The ledger's database; safe to share between threads.

    Raises LedgerUnavailable, with one clear sentence, for every failure that is not the caller's mistake.
    """

    def __init__(self, url: str, *, pause: Callable[[float], None] = time.sleep) -> None:
        self.engine: Engine = make_engine(url)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._pause = pause
        self._writing = self.engine.execution_options(ledger_begin="BEGIN IMMEDIATE")
        self._writers = self._threads()
        self._writer: AbstractContextManager[Any] = threading.Lock() if self.is_sqlite else nullcontext()

    def call(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, …)` in one transaction and commit it; passing failures are tried again.

        A connection that breaks during the commit itself is not tried again: the outcome is not known.
        """
        for wait in _WAITS:
            try:
                return self._write(fn, *args, **kwargs)
            except DBAPIError as error:
                if not is_transient(error):
                    raise as_ledger_error(error, self.engine.url) from error
            self._pause(wait)
        try:
            return self._write(fn, *args, **kwargs)
        except DBAPIError as error:
            raise as_ledger_error(error, self.engine.url) from error

    async def run(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """`call` in a thread, for asynchronous callers."""
        work = partial(self.call, fn, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._writers, work)

    def read(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(session, …)` in a transaction that only reads: it waits for no writer."""
        try:
            with Session(self.engine) as session:
                return fn(session, *args, **kwargs)
        except DBAPIError as error:
            raise as_ledger_error(error, self.engine.url) from error

    def stream(
        self, fn: Callable[Concatenate[Session, P], Iterator[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Generator[T, None, None]:
        """Yield what `fn(session, …)` yields, within one reading transaction; it may be closed early."""
        try:
            with Session(self.engine) as session:
                yield from fn(session, *args, **kwargs)
        except DBAPIError as error:
            raise as_ledger_error(error, self.engine.url) from error

    async def run_read(
        self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`read` in a thread, for asynchronous callers."""
        return await asyncio.to_thread(self.read, fn, *args, **kwargs)

    def dispose(self) -> None:
        """Close every connection; they are opened again by whoever needs one."""
        self._writers.shutdown()
        self._writers = self._threads()
        self.engine.dispose()

    def _threads(self) -> ThreadPoolExecutor:
        # SQLite takes one writer: more threads would only wait, each with memory of its own.
        return ThreadPoolExecutor(1 if self.is_sqlite else POOL_SIZE, "ledger")

    def _write(self, fn: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self._writer, Session(self._writing) as session:
            result = fn(session, *args, **kwargs)
            session.commit()
            return result

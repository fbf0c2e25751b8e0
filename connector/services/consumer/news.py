"""Waiting until a message may have arrived: PostgreSQL says so, SQLite is looked at.

What PostgreSQL says is a convenience: it is looked at now and then as well, because a connection can be dead
without anybody noticing.
"""

import asyncio
import logging
from contextlib import suppress
from types import TracebackType

from connector.errors import LedgerUnavailable
from connector.ledger.database import Database
from connector.ledger.listening import Listener
from connector.services.unforeseen import as_spoken

_log = logging.getLogger(__name__)

_LOOK_EVERY_SQLITE = 0.1
_LOOK_EVERY_POSTGRES = 1.0
_RECONNECT_AFTER = 1.0
"""Real seconds."""


class News:
    """Wakes whoever waits; open it around the waiting."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._woken = asyncio.Event()
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "News":
        if not self._database.is_sqlite:
            self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening

    def wake(self) -> None:
        """Have the next wait, or the one under way, end at once."""
        self._woken.set()

    async def wait(self) -> None:
        """Return when there may be something new, at the latest when it is time to look anyway."""
        longest = _LOOK_EVERY_SQLITE if self._database.is_sqlite else _LOOK_EVERY_POSTGRES
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), longest)
        self._woken.clear()

    async def _listen(self) -> None:
        """Listen for as long as this is open; a lost connection is opened again."""
        while True:
            try:
                await self._listen_once()
            except Exception as error:  # noqa: BLE001  it is looked at every second anyway
                _log.warning("the database cannot tell of new webhooks: %s", as_spoken(error))
            await asyncio.sleep(_RECONNECT_AFTER)

    async def _listen_once(self) -> None:
        listener, loop = Listener(self._database.engine), asyncio.get_running_loop()
        socket = await asyncio.to_thread(listener.open)
        lost = asyncio.Event()

        def heard() -> None:
            try:
                if listener.heard():
                    self.wake()
            except LedgerUnavailable:
                lost.set()

        loop.add_reader(socket, heard)
        try:
            # What arrived before we listened was told to nobody.
            self.wake()
            await lost.wait()
        finally:
            loop.remove_reader(socket)
            listener.close()

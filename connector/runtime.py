"""What a process holds while it works: settings, the ledger and a clock."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from connector.clock import Clock, SystemClock
from connector.ledger import schema, stores
from connector.ledger.database import Database
from connector.ledger.secrets import SecretBox, open_box
from connector.ledger.stores import StoreRow
from connector.settings import Settings

if TYPE_CHECKING:
    import httpx

_current: ContextVar["Runtime | None"] = ContextVar("runtime", default=None)


class Runtime:
    """One open ledger with its settings; close it when the work is done."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        secrets: SecretBox,
        clock: Clock,
        http: "Callable[[], httpx.AsyncClient] | None" = None,
    ) -> None:
        self.settings = settings
        self.database = database
        self.secrets = secrets
        self.clock = clock
        self.http = http
        """Opens a run's HTTP client; None: the connector's own way."""

    @classmethod
    def open(cls, settings: Settings, clock: Clock | None = None) -> "Runtime":
        """Open the ledger, migrating it if need be.

        Raises ConfigurationError for a bad URL or key and LedgerUnavailable when it cannot be reached.
        """
        schema.ensure_current(settings.database_url)
        database = Database(settings.database_url)
        secrets = open_box(settings.database_url, settings.secret_key)
        return cls(settings, database, secrets, clock or SystemClock())

    def close(self) -> None:
        """Give back every connection."""
        self.database.dispose()

    def active_stores(self, names: Sequence[str] | None = None) -> list[StoreRow]:
        """The stores a run works on: the named ones, else all that are not paused.

        Raises UsageError for a name that no store has.
        """
        return self.database.read(stores.list_stores, names=names, active_only=not names)


@contextmanager
def use(runtime: Runtime) -> Iterator[None]:
    """Let flows started inside the block work with this runtime (its clock and database)."""
    token = _current.set(runtime)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def opened() -> Iterator[Runtime]:
    """The runtime in use, or one opened from the process's settings and closed at the end."""
    runtime = _current.get()
    if runtime is not None:
        yield runtime
        return
    runtime = Runtime.open(Settings())
    try:
        yield runtime
    finally:
        runtime.close()

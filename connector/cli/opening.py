"""Opens what a command works with, and closes it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from connector.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from connector.runtime import Runtime


@contextmanager
def open_runtime() -> Iterator["Runtime"]:
    """The ledger and keys named by the environment.

    Raises ConfigurationError or LedgerUnavailable with one sentence that says what to mend.
    """
    from connector.runtime import Runtime
    from connector.settings import Settings

    runtime = Runtime.open(Settings())
    try:
        yield runtime
    finally:
        runtime.close()


def require_stores(runtime: "Runtime", names: "Sequence[str] | None") -> list[str]:
    """The names as given, once each; raises UsageError for one that no store has."""
    from connector.ledger import stores

    if not names:
        return []
    return [row.name for row in runtime.database.read(stores.list_stores, names=names)]


def require_any_store(runtime: "Runtime", names: "Sequence[str] | None") -> list[str] | None:
    """What a run is given: the named stores, or None for all; refused when none is connected at all.

    Raises ConfigurationError when the key fits none of them, because then no store can be worked on.
    """
    from connector.ledger import stores

    rows = runtime.database.read(stores.list_stores, names=names)
    if not rows:
        raise UsageError("No store is connected yet; connect one with connector store add --file FILE.")
    _require_key(runtime, [row.id for row in rows])
    return [row.name for row in rows] if names else None


def _require_key(runtime: "Runtime", store_ids: "Sequence[int]") -> None:
    from connector.ledger import credentials

    refused: ConfigurationError | None = None
    for store_id in store_ids:
        try:
            runtime.database.read(
                credentials.load, box=runtime.secrets, store_id=store_id, platform="shopify"
            )
        except ConfigurationError as error:
            refused = error
        else:
            return
    if refused is not None:
        raise refused

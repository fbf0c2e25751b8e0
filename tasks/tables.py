"""Tables for people in the Prefect UI: counts and order ids, nothing else of an order."""

import logging
from collections.abc import Mapping, Sequence

from prefect.artifacts import acreate_table_artifact

_log = logging.getLogger(__name__)


async def show_table(key: str, rows: Sequence[Mapping[str, object]], *, says: str) -> None:
    """Show rows as the newest artifact of that key.

    A server that does not take it must not keep an order from arriving: then there is no table.
    """
    try:
        await acreate_table_artifact(key=key, table=[dict(row) for row in rows], description=says)
    except Exception as error:  # noqa: BLE001 - the work goes on, whatever is the matter with the window on it
        _log.warning("no table %s in Prefect: %s", key, type(error).__name__)

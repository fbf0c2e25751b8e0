"""What a reconciliation found, as a table in the Prefect UI."""

from collections.abc import Mapping

from connector.services.comparison import Comparison
from tasks.tables import show_table

_MOST_ROWS = 1000
"""A table is for people; `connector reconcile --json` lists everything."""


async def show_differences(compared: Mapping[str, Comparison]) -> None:
    """One row per order that is not where it belongs; no table when there is none."""
    rows = [
        {"store": store, "difference": name, "tiktok_order_id": order_id}
        for store, comparison in compared.items()
        for name, order_ids in comparison.differences().items()
        for order_id in order_ids
    ]
    if rows:
        says = (
            f"{len(rows)} differences; the first {_MOST_ROWS}." if len(rows) > _MOST_ROWS else "Differences."
        )
        await show_table("reconcile-orders", rows[:_MOST_ROWS], says=says)

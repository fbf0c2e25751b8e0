"""How a run ends: completed, or failed in a way that names the stores and still hands over its figures."""

from collections.abc import Sequence
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from connector.services.results import StoreResult, run_document
from tasks.tables import show_table

_TOLD = (
    "found",
    "new",
    "updated",
    "created",
    "already_on_shopify",
    "waiting",
    "blocked",
    "completed",
    "cancelled",
)


async def ended(flow: str, results: Sequence[StoreResult], *, figures: bool = False) -> State[Any]:
    """The final state of a run over stores; its data is the run's document.

    The figures are shown as a table when a store failed, or when they are asked for.
    """
    document = run_document(results)
    failed = [f"{each.store}: {each.error}" for each in results if not each.ok]
    if failed or figures:
        rows = [each.to_json() for each in results]
        await show_table(flow, rows, says=f"What the last such run of {flow} did, per store.")
    if failed:
        return Failed(message=" · ".join(failed), data=document)
    return Completed(message=_figures(results), data=document)


def _figures(results: Sequence[StoreResult]) -> str:
    if not results:
        return "no store is connected, or all are paused"
    total = {name: sum(getattr(each, name) for each in results) for name in _TOLD}
    return ", ".join(f"{count} {name}" for name, count in total.items() if count) or "nothing new"

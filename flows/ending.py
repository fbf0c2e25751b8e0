"""How a run ends: completed, or failed in a way that names the stores and still hands over its figures."""

from collections.abc import Sequence
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from connector.services.results import StoreResult, run_document


def ended(results: Sequence[StoreResult]) -> State[Any]:
    """The final state of a run over stores; its data is the run's document."""
    document = run_document(results)
    failed = [f"{each.store}: {each.error}" for each in results if not each.ok]
    if failed:
        return Failed(message=" · ".join(failed), data=document)
    return Completed(message=_figures(results), data=document)


def _figures(results: Sequence[StoreResult]) -> str:
    total = {
        name: sum(getattr(each, name) for each in results)
        for name in ("found", "new", "updated", "created", "waiting", "blocked", "completed", "cancelled")
    }
    return ", ".join(f"{count} {name}" for name, count in total.items() if count) or "nothing new"

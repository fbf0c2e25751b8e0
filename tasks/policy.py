"""Prefect's level of retries: a whole batch that was lost, never what only a person can mend."""

from typing import Any

from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from connector.errors import (
    AccessDenied,
    ConfigurationError,
    LedgerUnavailable,
    NeedsReauthorization,
    RequestRefused,
    TemporaryError,
    UsageError,
)

_NOT_WORTH_IT = (
    AccessDenied,
    ConfigurationError,
    LedgerUnavailable,
    NeedsReauthorization,
    RequestRefused,
    TemporaryError,
    UsageError,
)
"""A person must mend it, or the client has tried for seconds already and the ledger has set the next try."""


def worth_another_try(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task should be run again now; Prefect passes the exception as the state's data."""
    error = state.data
    if isinstance(error, BaseExceptionGroup):
        return error.subgroup(_NOT_WORTH_IT) is None
    return not isinstance(error, _NOT_WORTH_IT)


POLICY: dict[str, Any] = {
    "retries": 2,
    "retry_delay_seconds": exponential_backoff(backoff_factor=2),
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": worth_another_try,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}
"""How every step is retried; steps are safe to repeat because the ledger knows what has been done."""

"""Prefect's level of retries: a whole batch that was lost, never what only a person can mend.

A task ends with a known error or with an `UnforeseenFailure`: Prefect keeps the text of whatever a task
raises, and the text of any other exception may hold an order's data.
"""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task, exponential_backoff

from connector.services.unforeseen import UnforeseenFailure, as_spoken

P = ParamSpec("P")
T = TypeVar("T")


def step(name: str) -> Callable[[Callable[P, Coroutine[Any, Any, T]]], Task[P, Coroutine[Any, Any, T]]]:
    """Make a function over a `StoreSession` a task, named after the step and the store.

    It is safe to repeat, because the ledger knows what has been done; nothing of it is cached or stored.
    """
    made = task(
        name=name,
        task_run_name=name + " {session.store.name}",
        retries=2,
        retry_delay_seconds=exponential_backoff(backoff_factor=2),
        retry_jitter_factor=0.5,
        retry_condition_fn=worth_another_try,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    return lambda function: made(_discreet(function))


def worth_another_try(task: Task[Any, Any], run: TaskRun, state: State[Any]) -> bool:
    """Whether a failed task should be run again now; Prefect passes the exception as the state's data.

    A known error is not: a person must mend it, or the client has tried for seconds already and the ledger
    has set the next try.
    """
    return isinstance(state.data, UnforeseenFailure)


def _discreet(function: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """The function, raising only what may be shown."""

    @wraps(function)
    async def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told without an order's data
            raise as_spoken(error) from None

    return told

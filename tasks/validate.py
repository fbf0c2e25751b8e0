"""Check a batch against the expectations; orders that fail are blocked as invalid."""

from prefect import task
from prefect.artifacts import acreate_table_artifact

from connector.services import validate as step
from connector.services.batch import Batch
from connector.services.session import StoreSession
from tasks.policy import POLICY


@task(name="validate", task_run_name="validate {session.store.name}", **POLICY)
async def validate(session: StoreSession, batch: Batch) -> None:
    """Block what fails and show the batch's result as a table; the table holds counts, no order's data."""
    verdict = await step.validate(session, batch)
    await acreate_table_artifact(
        key=f"validation-{session.store.name}",
        table=verdict.statistics,
        description=f"Expectations over the last batch of {session.store.name}.",
    )

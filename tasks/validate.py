"""Check a batch against the expectations; orders that fail are blocked as invalid."""

from connector.services import validate as service
from connector.services.batch import Batch
from connector.services.session import StoreSession
from tasks.policy import step
from tasks.tables import show_table


@step("validate")
async def validate(session: StoreSession, batch: Batch) -> None:
    """Block what fails and show the batch's result as a table; the table holds counts, no order's data."""
    verdict = await service.validate(session, batch)
    store = session.store.name
    await show_table(
        f"validation-{store}", verdict.statistics, says=f"Expectations over the last batch of {store}."
    )

"""A run's figures as a table in the Prefect UI."""

from collections.abc import Sequence

from prefect.artifacts import acreate_table_artifact

from connector.services.results import StoreResult


async def publish_figures(key: str, results: Sequence[StoreResult]) -> None:
    """One row per store; only counts, nothing of an order."""
    await acreate_table_artifact(
        key=key,
        table=[each.to_json() for each in results],
        description=f"What the {key} did, per store.",
    )

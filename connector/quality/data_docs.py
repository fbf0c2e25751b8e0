"""Great Expectations' Data Docs for validated batches: web pages a person can open without a server."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from connector.quality.validate import BatchVerdict

_SITE = "batches"


def write_data_docs(verdicts: Iterable[BatchVerdict], folder: Path, *, at: datetime) -> Path:
    """Write one page per batch and an index; gives the index. Nothing in them is personal data.

    `at` is the run's time, `folder` is made when it does not exist. Raises OSError when it cannot be written.
    """
    from connector.quality.suite import SUITE_NAME, new_context, new_suite

    context = new_context()
    context.suites.add(new_suite())
    context.add_data_docs_site(site_name=_SITE, site_config=_site(folder))
    for number, verdict in enumerate(verdicts, start=1):
        if verdict.report is not None:
            context.validation_results_store.set(_key(SUITE_NAME, at, number), verdict.report)
    context.build_data_docs(site_names=[_SITE])
    return folder / "index.html"


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder.resolve()),
        },
    }


def _key(suite: str, at: datetime, number: int) -> Any:
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    return ValidationResultIdentifier(
        expectation_suite_identifier=ExpectationSuiteIdentifier(suite),
        run_id=RunIdentifier(run_name=f"batch {number}", run_time=at),
        batch_identifier=f"orders-{number}",
    )

"""The rules as a Great Expectations suite, built once per process and kept."""

import logging
import os
import warnings
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from threading import Lock
from typing import Any

from connector.quality.facts import OrderFacts
from connector.quality.rules import RULES

SUITE_NAME = "tiktok_orders"
RULE_NUMBER = "rule"
"""Under this key an expectation's meta data tell its rule: results come back in another order."""
_CHATTY_LOGGERS = ("great_expectations", "great_expectations.data_context.types.base")
_LOCK = Lock()
"""A suite belongs to one context, and contexts are not made for several threads at once."""


def evaluate(facts: Sequence[OrderFacts]) -> Any:
    """Run every rule over a batch; gives Great Expectations' own result.

    The first call in a process imports pandas and Great Expectations, which takes seconds.
    """
    import pandas

    columns = {each.name: [getattr(fact, each.name) for fact in facts] for each in fields(OrderFacts)}
    frame = pandas.DataFrame(columns).astype({"created_at": float})
    with _LOCK:
        batch_definition, suite = _machinery()
        batch = batch_definition.get_batch({"dataframe": frame})
        return batch.validate(
            suite, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": ["pk"]}
        )


def new_context() -> Any:
    """A context that lives in memory, says nothing on the terminal and calls nobody."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings():
        # Great Expectations 1.24 imports modules that Python deprecates.
        warnings.simplefilter("ignore", DeprecationWarning)
        import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    for name in _CHATTY_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


@lru_cache(maxsize=1)
def _machinery() -> tuple[Any, Any]:
    context = new_context()
    asset = context.data_sources.add_pandas("tiktok").add_dataframe_asset("orders")
    return asset.add_batch_definition_whole_dataframe("batch"), new_suite()


def new_suite() -> Any:
    """The rules as expectations, each with its sentence as notes for Data Docs."""
    import great_expectations
    from great_expectations import expectations

    return great_expectations.ExpectationSuite(
        name=SUITE_NAME,
        expectations=[
            getattr(expectations, rule.expectation)(
                **rule.arguments, notes=f"Expected that {rule.says}.", meta={RULE_NUMBER: number}
            )
            for number, rule in enumerate(RULES)
        ],
    )

"""Python's cycle collector, told what it need not look at.

The libraries that validate and run flows hold about a million objects that never go away, and each full
collection walks through all of them while everything else waits: measured, a fifth of a sync's time.
"""

import gc
from functools import cache

_THRESHOLDS = (10_000, 10, 10)
"""Allocations before a young collection, and collections before the older ones; Python's own are for
programs with far fewer objects alive."""


@cache
def spare_what_is_loaded() -> None:
    """From now on look only at what comes; called once in a process, when everything heavy is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)

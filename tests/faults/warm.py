"""Imported by the process workers are forked from, and nowhere else: loads what takes seconds, once."""

from connector.quality.validate import validate_batch
from tests.faults import worker

validate_batch([(1, {"id": "1"})])

__all__ = ["worker"]

"""Bulk operations: a query runs on the side and its rows are fetched as JSON lines."""

from dataclasses import dataclass
from datetime import datetime

CONCURRENT_QUERIES = 5
"""So many bulk queries an app may have running in a shop from 2026-01 on."""


@dataclass(slots=True)
class BulkOperation:
    """A bulk operation; `url` is null when there are no rows, `partial_data_url` is for failed ones."""

    id: str
    query: str
    created_at: datetime
    status: str = "CREATED"
    type: str = "QUERY"
    error_code: str | None = None
    completed_at: datetime | None = None
    object_count: int = 0
    root_object_count: int = 0
    file_size: int | None = None
    url: str | None = None
    partial_data_url: str | None = None
    file_name: str = ""
    rows: bytes = b""

    @property
    def running(self) -> bool:
        """Whether it still counts against the limit."""
        return self.status in ("CREATED", "RUNNING", "CANCELING")

"""Work that Shopify does after it has answered."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Job:
    """A job; `done` turns true once the sandbox's clock has passed its end."""

    id: str
    done: bool = False
    query: dict[str, Any] = field(default_factory=dict)
    """The root of the schema, where `Job.query` goes on."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    order: Any = None

    @property
    def status(self) -> str:
        """The status of a cancellation result."""
        if not self.done:
            return "STARTED"
        return "FAILED" if self.errors else "SUCCEEDED"

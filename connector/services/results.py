"""What a run did for each store, in the words of the outside."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field


@dataclass(slots=True)
class StoreResult:
    """One store's figures of one run; `error` is the one sentence that says why it could not be finished."""

    store: str
    found: int = 0
    new: int = 0
    updated: int = 0
    created: int = 0
    already_on_shopify: int = 0
    waiting: int = 0
    blocked: int = 0
    ignored: int = 0
    unusable: int = 0
    completed: int = 0
    cancelled: int = 0
    tiktok_calls: int = 0
    shopify_calls: int = 0
    shopify_points: int = 0
    seconds: float = 0.0
    error: str | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything that was to be done for this store was done."""
        return self.error is None

    def counts(self) -> dict[str, int]:
        """The figures alone, for progress and artifacts."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, int)}

    def to_json(self) -> dict[str, object]:
        """The store's object in the document of `sync`, `backfill` and `complete`."""
        values = asdict(self)
        del values["notes"]
        values["seconds"] = round(self.seconds, 3)
        return {"store": values.pop("store"), "ok": self.ok, **values}


def run_document(results: Iterable[StoreResult]) -> dict[str, object]:
    """The document of a run over several stores."""
    stores = list(results)
    return {"ok": all(each.ok for each in stores), "stores": [each.to_json() for each in stores]}

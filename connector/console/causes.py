"""Causes as they are shown: each with the address of its orders and, for a SKU, the variants it may mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from connector.console.orders.view import View
from connector.ledger.attention import Cause
from connector.ledger.filters import OrderFilters
from connector.ledger.variants import count_variants
from connector.services.sku_suggestions import Suggestion, suggest_all
from models.state import OrderState

_SUGGESTED = 3
_SKUS_AT_ONCE = 8
_COMPARISONS = 20_000
"""Variants looked at for suggestions on one page: a fraction of a second. SKUs beyond have their own page."""


@dataclass(frozen=True, slots=True)
class Card:
    """A cause as it is shown; `suggestions` None: they are not worked out on this page."""

    cause: Cause
    suggestions: list[Suggestion] | None

    @property
    def page(self) -> str:
        """The address of the cause's own page."""
        return cause_address(self.cause)

    @property
    def orders(self) -> str:
        """Where exactly its orders are listed: by filters, or on its own page where no filter names it."""
        if not self.cause.is_whole_reason:
            return self.page
        filters = OrderFilters(state=OrderState.BLOCKED, reason=self.cause.code, store=self.cause.stores)
        return View(filters).address()


def cause_address(cause: Cause, after: int | None = None) -> str:
    """The address of a cause's own page, or of the one of its orders older than `after`."""
    pairs = [("code", cause.code), ("named", cause.named), *(("store", name) for name in cause.stores)]
    older = [] if after is None else [("after", str(after))]
    return f"/attention/cause?{urlencode([*pairs, *older])}"


def cards_of(session: Session, causes: Sequence[Cause], store_ids: Mapping[str, int]) -> list[Card]:
    """The causes with what may be suggested in time; one alone is always worked out."""
    wanted = [each for each in causes if each.is_sku][:_SKUS_AT_ONCE]
    suggestions: dict[tuple[str, str], list[Suggestion]] = {}
    for name in dict.fromkeys(each.stores[0] for each in wanted):
        store_id = store_ids[name]
        skus = [each.named for each in wanted if each.stores[0] == name]
        if len(causes) > 1:
            skus = skus[: _COMPARISONS // max(1, count_variants(session, store_id=store_id))]
        found = suggest_all(session, store_id=store_id, seller_skus=skus, limit=_SUGGESTED)
        suggestions |= {(name, sku): listed for sku, listed in found.items()}
    return [
        Card(each, suggestions.get((each.stores[0], each.named)) if each.is_sku else None) for each in causes
    ]

"""The filters of `orders list` and `export`: the same names everywhere, all of them ANDed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from connector.cli.opening import require_stores
from connector.cli.options import instant, text
from connector.errors import UsageError
from models.state import OrderState, ReasonCode

if TYPE_CHECKING:
    from connector.ledger.search import OrderFilters
    from connector.runtime import Runtime


def _lowered(value: str) -> str:
    return text(value).lower()


def _one_of(known: type[OrderState] | type[ReasonCode]) -> Callable[[str], str]:
    def read(value: str) -> str:
        if (word := _lowered(value)) in set(known):
            return word
        raise typer.BadParameter(f"{word[:60]!r} is not one of {', '.join(known)}")

    return read


state_word = _one_of(OrderState)
reason_word = _one_of(ReasonCode)


def _option(name: str, help_text: str, *, parser: Callable[[str], Any] = text, metavar: str = "TEXT") -> Any:
    return typer.Option(f"--{name}", parser=parser, metavar=metavar, help=help_text)


Status = Annotated[
    list[str] | None,
    _option(
        "status", "TikTok's status, such as in_transit; may be repeated.", parser=_lowered, metavar="WORD"
    ),
]
State = Annotated[
    str | None, _option("state", f"One of {', '.join(OrderState)}.", parser=state_word, metavar="WORD")
]
Search = Annotated[
    str | None, _option("search", "Part of a customer name, or a TikTok or Shopify order id or name.")
]
LogisticMode = Annotated[
    str | None, _option("logistic-mode", "Who ships: tiktok or seller.", parser=_lowered, metavar="WORD")
]
FulfilledBy = Annotated[
    str | None, _option("fulfilled-by", "Whose warehouse: seller or tiktok.", parser=_lowered, metavar="WORD")
]
CreatedFrom = Annotated[
    datetime | None,
    _option("created-from", "Ordered at this time or later, with zone.", parser=instant, metavar="TIME"),
]
CreatedTo = Annotated[
    datetime | None, _option("created-to", "Ordered before this time.", parser=instant, metavar="TIME")
]
Customer = Annotated[str | None, _option("customer", "Part of a customer name.")]
Product = Annotated[str | None, _option("product", "Part of a product name.")]
ProductId = Annotated[str | None, _option("product-id", "A TikTok product id.", metavar="ID")]
ReasonWord = Annotated[
    str | None, _option("reason", "A reason code, such as sku_unmatched.", parser=reason_word, metavar="CODE")
]


@dataclass(frozen=True, slots=True)
class Words:
    """The filters as the command line gave them."""

    status: list[str] | None
    state: str | None
    store: list[str] | None
    search: str | None
    logistic_mode: str | None
    fulfilled_by: str | None
    created_from: datetime | None
    created_to: datetime | None
    customer: str | None
    product: str | None
    product_id: str | None
    reason: str | None

    def resolve(self, runtime: "Runtime") -> "OrderFilters":
        """What the ledger is asked for; raises UsageError for an unknown store or an empty window."""
        from connector.ledger.search import OrderFilters

        if self.created_from and self.created_to and self.created_from >= self.created_to:
            raise UsageError("--created-from must be before --created-to.")
        return OrderFilters(
            status=tuple(self.status or ()),
            state=self.state,
            store=tuple(require_stores(runtime, self.store)),
            search=self.search,
            logistic_mode=self.logistic_mode,
            fulfilled_by=self.fulfilled_by,
            created_from=self.created_from,
            created_to=self.created_to,
            customer=self.customer,
            product=self.product,
            product_id=self.product_id,
            reason=self.reason,
        )

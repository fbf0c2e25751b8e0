"""`/attention`: what needs a person, grouped by cause, each with one action for all of its orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from connector.console.access.who import Operator, Viewer
from connector.console.acting import map_variant, noted
from connector.console.orders.view import View
from connector.console.page import notice, render, runtime_of
from connector.errors import ConnectorError
from connector.ledger import stores
from connector.ledger.attention import Attention, Cause, attention, orders_of_cause
from connector.ledger.filters import OrderFilters
from connector.ledger.glance import Glance, glances
from connector.ledger.variants import count_variants
from connector.services.on_request import do_soon, retrying, sending
from connector.services.sku_suggestions import Suggestion, suggest_all
from models.state import OrderState
from models.text import storable

router = APIRouter()

_SHOWN = 50
_SUGGESTED = 3
_SKUS_AT_ONCE = 8
_COMPARISONS = 20_000
"""Variants looked at for suggestions on one page: a fraction of a second. SKUs beyond have their own page."""


@dataclass(frozen=True, slots=True)
class Card:
    """A cause as it is shown; `suggestions` None: they are not worked out on this page."""

    cause: Cause
    address: str
    alone: str
    suggestions: list[Suggestion] | None


@router.get("/attention")
def page(request: Request, person: Viewer, store: str = "", sku: str = "") -> Response:
    """Everything that needs a person, of one store or of one SKU where given."""
    runtime = runtime_of(request)
    store, sku = storable(store).strip(), storable(sku)
    now = runtime.clock.now()
    found, cards, every = runtime.database.read(_read, store=store, sku=sku)
    return render(
        request,
        "orders/attention.html",
        found=found,
        cards=cards,
        stores=every,
        troubled=[each for each in every if each.in_trouble(now) and store in ("", each.store.name)],
        chosen=store,
        sku=sku,
    )


@router.post("/attention/map")
async def map_sku(
    request: Request,
    person: Operator,
    store: Annotated[str, Form()] = "",
    seller_sku: Annotated[str, Form()] = "",
    variant: Annotated[str, Form()] = "",
    other: Annotated[str, Form()] = "",
) -> Response:
    """Map a SKU once; every order that waited for it goes to Shopify in the background, at once."""
    runtime = runtime_of(request)
    try:
        mapped = await map_variant(request, person, storable(store), seller_sku, other.strip() or variant)
    except ConnectorError as error:
        return _back(str(error), problem=True)
    row = await runtime.database.run_read(stores.get_store, name=mapped.store)
    if mapped.freed and not row.paused:
        do_soon(runtime, mapped.store, sending, source="sku_mapping")
    freed = f"{mapped.freed:,} {'order goes' if mapped.freed == 1 else 'orders go'} on"
    when = "when the store is resumed" if row.paused else "now"
    return _back(f"{mapped.seller_sku} is mapped in {mapped.store}; {freed} {when}.")


@router.post("/attention/retry")
async def retry(
    request: Request,
    person: Operator,
    code: Annotated[str, Form()] = "",
    named: Annotated[str, Form()] = "",
    store: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Try all orders of a cause again, in the background."""
    runtime = runtime_of(request)
    code, named = storable(code).strip(), storable(named)
    try:
        names = [storable(name) for name in store or [] if name.strip()] or None
        kept, paused = await runtime.database.run_read(_kept, code=code, named=named, names=names)
    except ConnectorError as error:
        return _back(str(error), problem=True)
    for name, order_ids in kept.items():
        await noted(
            request, person, "orders.retry", store=name, subject=code, detail=_counted(order_ids, named)
        )
        do_soon(runtime, name, retrying(order_ids, code), source="retry")
    number = sum(map(len, kept.values()))
    sentences = (
        [f"{number:,} {'order is' if number == 1 else 'orders are'} tried again now."] if number else []
    )
    sentences += [f"Store {name} is paused: resume it first." for name in paused]
    return _back(" ".join(sentences) or "No order is kept by this any more.", problem=bool(paused))


def _read(session: Session, *, store: str, sku: str) -> tuple[Attention, list[Card], list[Glance]]:
    every = glances(session)
    known = [each.store.name for each in every]
    chosen = (store,) if store in known else ()
    found = attention(session, stores=chosen, limit=_SHOWN, seller_sku=sku or None)
    return found, _cards(session, found.causes, {each.store.name: each.store.id for each in every}), every


def _cards(session: Session, causes: Sequence[Cause], store_ids: dict[str, int]) -> list[Card]:
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
        Card(
            cause=each,
            address=_list_address(each),
            alone=_alone_address(each),
            suggestions=suggestions.get((each.stores[0], each.named)) if each.is_sku else None,
        )
        for each in causes
    ]


def _list_address(cause: Cause) -> str:
    """The orders page with the orders of this reason; a SKU's are found by its store and reason."""
    filters = OrderFilters(state=OrderState.BLOCKED, reason=cause.code or None, store=cause.stores)
    return View(filters).address()


def _alone_address(cause: Cause) -> str:
    return f"/attention?{urlencode({'store': cause.stores[0], 'sku': cause.named})}" if cause.is_sku else ""


def _kept(
    session: Session, *, code: str, named: str, names: Sequence[str] | None
) -> tuple[dict[str, list[str]], list[str]]:
    """The orders a cause keeps by store, and the paused stores that have such orders."""
    found = [
        (row, orders_of_cause(session, code=code, named=named, store_id=row.id))
        for row in stores.list_stores(session, names=names)
    ]
    kept = {row.name: order_ids for row, order_ids in found if order_ids and not row.paused}
    return kept, [row.name for row, order_ids in found if order_ids and row.paused]


def _counted(order_ids: Sequence[str], named: str) -> str:
    return f"{len(order_ids):,} orders" + (f": {named}" if named else "")


def _back(sentence: str, *, problem: bool = False) -> Response:
    answer = RedirectResponse("/attention", status_code=303)
    notice(answer, sentence, "problem" if problem else "done")
    return answer

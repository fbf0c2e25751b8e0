"""What an operator does about a cause: map its SKU, or try all of its orders again."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from connector.console.access.who import Operator
from connector.console.acting import map_variant, noted
from connector.console.page import notice, runtime_of
from connector.errors import ConnectorError
from connector.ledger import stores
from connector.ledger.cause_orders import orders_of_cause
from connector.services.on_request import do_soon, retrying, sending
from models.text import storable

router = APIRouter()


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

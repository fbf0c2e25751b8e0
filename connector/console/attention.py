"""`/attention`: what needs a person, grouped by cause; `/attention/cause`: one cause with its orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from connector.console.access.who import Viewer
from connector.console.causes import Card, cards_of, cause_address
from connector.console.page import render, runtime_of
from connector.ledger.attention import Attention, attention
from connector.ledger.cause_orders import page_of_cause
from connector.ledger.glance import Glance, glances
from connector.ledger.search import orders_of
from connector.ledger.stores import list_stores
from connector.ledger.views import OrderView
from models.text import storable

router = APIRouter()

_SHOWN = 50
_ORDERS = 50
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class _Kept:
    """One cause with a page of its orders; None for both when it keeps none any more."""

    card: Card | None
    orders: list[OrderView]
    total: int
    older: str | None


@router.get("/attention")
def page(request: Request, person: Viewer, store: str = "") -> Response:
    """Everything that needs a person, of one store where given."""
    runtime = runtime_of(request)
    store, now = storable(store).strip(), runtime.clock.now()
    found, cards, every = runtime.database.read(_read, store=store)
    return render(
        request,
        "orders/attention.html",
        found=found,
        cards=cards,
        stores=every,
        troubled=[each for each in every if each.in_trouble(now) and store in ("", each.store.name)],
        chosen=store,
    )


@router.get("/attention/cause")
def cause(
    request: Request,
    person: Viewer,
    code: str = "",
    named: str = "",
    store: Annotated[list[str] | None, Query()] = None,
    after: str = "",
) -> Response:
    """One cause with what can be done about it, and the orders it keeps, newest first."""
    kept = runtime_of(request).database.read(
        _read_cause,
        code=storable(code).strip(),
        named=storable(named),
        names=[storable(name) for name in store or []],
        after=int(after) if after.isascii() and after.isdecimal() and len(after) <= _LONGEST_NUMBER else None,
    )
    return render(request, "orders/cause.html", kept=kept, first=not after)


def _read(session: Session, *, store: str) -> tuple[Attention, list[Card], list[Glance]]:
    every = glances(session)
    known = {each.store.name: each.store.id for each in every}
    found = attention(session, stores=(store,) if store in known else (), limit=_SHOWN)
    return found, cards_of(session, found.causes, known), every


def _read_cause(session: Session, *, code: str, named: str, names: Sequence[str], after: int | None) -> _Kept:
    ids = {row.name: row.id for row in list_stores(session)}
    found = attention(session, stores=names, only=(code, named), limit=1)
    cards = cards_of(session, found.causes, ids)
    if not cards:
        return _Kept(None, [], 0, None)
    stores = [ids[name] for name in cards[0].cause.stores]
    page = page_of_cause(session, code=code, named=named, store_ids=stores, limit=_ORDERS, after=after)
    older = None if page.next is None else cause_address(cards[0].cause, page.next)
    return _Kept(cards[0], orders_of(session, pks=page.pks), page.total, older)

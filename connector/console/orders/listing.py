"""`GET /`: the orders, newest first, by status, search and filters; `GET /orders.csv`: the same to keep."""

from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from connector.console import zones
from connector.console.access.who import Viewer
from connector.console.fetch import figures_of
from connector.console.orders.links import shopify_admin
from connector.console.orders.tabs import chips_of, tabs_of
from connector.console.orders.view import NAMES, TEXTS, View, is_plain, read_view
from connector.console.page import render, runtime_of
from connector.console.wording import party, reason_words, words
from connector.errors import UsageError
from connector.ledger.fetch_runs import FetchRun, recent_runs
from connector.ledger.glance import Glance, any_order, glances
from connector.ledger.search import OrderPage, export_orders, list_orders
from connector.services.order_csv import csv_lines
from models.state import OrderState, ReasonCode

router = APIRouter()

PAGE_SIZE = 50
_LINES_AT_ONCE = 500
_BEHIND_MORE = frozenset(NAMES) - {"search", "status"}
_NOTHING = OrderPage(orders=[], next=None, counts={"all": 0}, total=0)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows, read in one transaction."""

    page: OrderPage
    stores: list[Glance]
    running: FetchRun | None
    problems: tuple[str, ...]
    any_order: bool


@router.get("/")
def orders(request: Request, person: Viewer) -> Response:
    """The page; words of the address that mean nothing are named on it, with status 400."""
    given = request.query_params.multi_items()
    view = read_view(given)
    if not is_plain(given, view):
        return RedirectResponse(view.address(), status_code=303)
    runtime = runtime_of(request)
    shown = runtime.database.read(_read, view=view, now=runtime.clock.now())
    return render(
        request,
        "orders/list.html",
        status=400 if shown.problems else 200,
        view=view,
        page=shown.page,
        stores=shown.stores,
        problems=shown.problems,
        any_order=shown.any_order,
        tabs=tabs_of(view, shown.page.counts),
        chips=chips_of(view),
        fetching=shown.running and figures_of(shown.running, runtime.clock.now()),
        more_is_open=any(name in _BEHIND_MORE for name, _ in view.active()) or bool(shown.problems),
        zone_groups=zones.zone_groups(),
        entered=_entered(view),
        states=list(OrderState),
        reasons=list(ReasonCode),
        links=_links(shown),
        words=words,
        party=party,
        reason_words=reason_words,
    )


@router.get("/orders.csv")
async def orders_csv(request: Request, person: Viewer) -> Response:
    """Every order of the view as `connector export` prints it, streamed."""
    runtime, view = runtime_of(request), read_view(request.query_params.multi_items())
    if view.problems:
        return _refused(request, view.problems)
    views = runtime.database.stream(export_orders, filters=view.filters)
    lines = csv_lines(order.to_json() for order in views)
    try:
        first = await run_in_threadpool(_some, lines)
    except UsageError as error:
        return _refused(request, (str(error),))
    return StreamingResponse(
        _rest(first, lines, views),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="orders.csv"', "Cache-Control": "no-store"},
    )


def _read(session: Session, *, view: View, now: datetime) -> _Shown:
    stores = glances(session)
    running = next((run for run in recent_runs(session) if run.running(now)), None)
    problems = view.problems
    page = _NOTHING
    if not problems:
        try:
            page = list_orders(session, filters=view.filters, limit=PAGE_SIZE, after=view.after)
        except UsageError as error:
            problems = (str(error),)
    return _Shown(page, stores, running, problems, bool(page.orders) or any_order(session))


def _entered(view: View) -> dict[str, str]:
    """What the form's fields hold: what was entered, times as the zone has them."""
    zone = view.zone or zones.DEFAULT_ZONE
    times = {
        name: zones.entered(getattr(view.filters, name), zone)
        for name in ("created_from", "created_to")
        if getattr(view.filters, name)
    }
    texts = {name: view.entered.get(name, "") for name in TEXTS}
    return {"created_from": "", "created_to": "", **texts, **times}


def _links(shown: _Shown) -> dict[int, str]:
    """The Shopify page of each order that is there."""
    domains = {glance.store.name: glance.store.shopify_domain for glance in shown.stores}
    found = {
        order.pk: shopify_admin(domains.get(order.store, ""), order.shopify_order_id)
        for order in shown.page.orders
    }
    return {pk: link for pk, link in found.items() if link is not None}


def _some(lines: Iterator[str]) -> str:
    return "".join(islice(lines, _LINES_AT_ONCE))


async def _rest(first: str, lines: Iterator[str], views: Generator[object, None, None]) -> AsyncIterator[str]:
    """Chunks of lines; the transaction they are read in ends with the last one, or when the reader leaves."""
    with closing(views):
        chunk = first
        while chunk:
            yield chunk
            chunk = await run_in_threadpool(_some, lines)


def _refused(request: Request, problems: tuple[str, ...]) -> Response:
    return render(request, "orders/refused.html", status=400, problems=problems)

"""`/stores`: how every pair of shops does; pausing, resuming and removing them."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from connector.console import page, store_view
from connector.console.access.who import Admin, Operator, Viewer
from connector.console.store_view import StoreView
from connector.errors import UsageError
from connector.ledger import audit, stores
from connector.services.doctor_findings import Finding

router = APIRouter()


@router.get("/stores")
def stores_page(request: Request, person: Viewer) -> Response:
    """Every store at a glance."""
    return listing(request)


@router.get("/stores/{name}")
def store_page(request: Request, person: Viewer, name: str) -> Response:
    """One store with its settings; secrets are never shown."""
    return details(request, name)


@router.post("/stores/{name}/pause")
def pause(request: Request, person: Operator, name: str) -> Response:
    """Leave the store out of every run until it is resumed."""
    _record(request, stores.pause_store, name, by=person.name, action="store.pause")
    return back(name, f"{name} is paused: nothing of it is read or created until it is resumed.")


@router.post("/stores/{name}/resume")
def resume(request: Request, person: Operator, name: str) -> Response:
    """Take a paused store back."""
    _record(request, stores.resume_store, name, by=person.name, action="store.resume")
    return back(name, f"{name} takes part in every run again.")


@router.post("/stores/{name}/remove")
def remove(
    request: Request, person: Admin, name: str, typed: Annotated[str, Form(max_length=200)] = ""
) -> Response:
    """Remove the store with its credentials, orders and history, when its name was typed."""
    if typed.strip() != name:
        problem = "Nothing was removed: type the store's name exactly to remove it."
        return details(request, name, status=400, removal_problem=problem)
    _record(request, stores.remove_store, name, by=person.name, action="store.remove")
    response = RedirectResponse("/stores", 303)
    page.notice(response, f"{name} is removed; nothing was changed on TikTok Shop or Shopify.")
    return response


def listing(request: Request, *, status: int = 200, problem: str | None = None) -> Response:
    """The page of all stores; `problem` says why one was not added."""
    runtime = page.runtime_of(request)
    views = runtime.database.read(store_view.views, now=runtime.clock.now())
    return page.render(
        request,
        "stores.html",
        status=status,
        views=views,
        platforms=store_view.PLATFORMS,
        problem=problem,
    )


def details(
    request: Request,
    name: str,
    *,
    status: int = 200,
    findings: list[Finding] | None = None,
    removal_problem: str | None = None,
) -> Response:
    """The page of one store; `findings` are those of a check that was just made."""
    view = _found(request, name)
    return page.render(
        request,
        "store.html",
        status=status,
        view=view,
        store=view.glance.store,
        platforms=store_view.PLATFORMS,
        settings=_settings(view),
        shopify_admin=f"https://{view.glance.store.shopify_domain}/admin",
        findings=findings,
        removal_problem=removal_problem,
    )


def back(name: str, sentence: str, kind: page.Kind = "done") -> Response:
    """To the store's page, with a sentence on top."""
    response = RedirectResponse(f"/stores/{quote(name, safe='')}", 303)
    page.notice(response, sentence, kind)
    return response


def _found(request: Request, name: str) -> StoreView:
    runtime = page.runtime_of(request)
    try:
        return runtime.database.read(store_view.view, name=name, now=runtime.clock.now())
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def _record(request: Request, change: Any, name: str, *, by: str, action: str) -> None:
    """Change the store and say who did, in one transaction."""
    runtime = page.runtime_of(request)
    _found(request, name)

    def both(session: Session) -> None:
        change(session, name=name)
        audit.record(session, at=runtime.clock.now(), user=by, action=action, store=name, subject=name)

    runtime.database.call(both)


def _settings(view: StoreView) -> list[tuple[str, str]]:
    """The `[orders]` table in words."""
    kept = view.glance.store.settings
    yes = {True: "yes", False: "no"}
    return [
        ("E-mail on Shopify", kept.email),
        ("Shipping line", kept.shipping_title),
        ("Tags", ", ".join(kept.tags) or "none"),
        ("Extra wait after payment", f"{kept.hold_minutes} minutes" if kept.hold_minutes else "none"),
        ("Completed after delivery", f"{kept.complete_after_days} days"),
        ("Orders TikTok's warehouse ships", "imported" if kept.import_fulfilled_by_tiktok else "left out"),
        ("Cancel on Shopify what TikTok cancels", yes[kept.cancel_on_shopify]),
    ]

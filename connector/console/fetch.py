"""`POST /fetch`: the Fetch Order button; `GET /fetch/{id}`: how far it is, as a page and as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from connector.console.access.who import Operator, Viewer
from connector.console.acting import noted
from connector.console.page import notice, render, runtime_of, wants_json
from connector.errors import UsageError
from connector.ledger import fetch_runs
from connector.ledger.fetch_runs import FetchRun
from connector.services import fetch_order
from models.text import storable
from models.times import isoformat

router = APIRouter()

FIGURES = ("found", "new", "updated", "created", "waiting", "blocked")
"""What is shown of a store while its orders are fetched, in the words of the run's document."""


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """A store's figures so far; `error` says in one sentence why it could not be finished."""

    store: str
    counts: Mapping[str, int]
    done: bool
    error: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A run as it is shown; `outcome` is `running`, `done`, `problem` or `interrupted`."""

    run: FetchRun
    stores: list[StoreFigures]
    outcome: str

    @property
    def totals(self) -> dict[str, int]:
        """The figures of all stores together."""
        return {name: sum(store.counts[name] for store in self.stores) for name in FIGURES}

    def to_json(self) -> dict[str, Any]:
        """What the page's script asks for again and again."""
        return {
            "id": self.run.id,
            "running": self.outcome == "running",
            "outcome": self.outcome,
            "started_at": isoformat(self.run.started_at),
            "ended_at": isoformat(self.run.ended_at),
            "totals": self.totals,
            "stores": [
                {"store": each.store, **each.counts, "done": each.done, "error": each.error}
                for each in self.stores
            ],
            "document": self.run.document,
        }


@router.post("/fetch")
async def fetch(
    request: Request, person: Operator, store: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Start a fetch of these stores, all that are not paused when none is named, or join one under way."""
    runtime = runtime_of(request)
    names = [storable(name).strip() for name in store or [] if name.strip()]
    try:
        pressed = await fetch_order.press(runtime, stores=names or None, user=person.name)
    except UsageError as error:
        return _refused(request, str(error))
    detail = ", ".join([*names, *(["joined"] if pressed.joined else [])])
    await noted(request, person, "orders.fetch", store=None, subject=str(pressed.id), detail=detail)
    if wants_json(request):
        return JSONResponse({"id": pressed.id, "joined": pressed.joined}, status_code=202)
    answer = RedirectResponse(f"/fetch/{pressed.id}", status_code=303)
    if pressed.joined:
        notice(answer, "A fetch was under way already; this is the one.")
    return answer


@router.get("/fetch/{run_id}")
def progress(request: Request, person: Viewer, run_id: str) -> Response:
    """One fetch: its figures by store, live while it is under way."""
    runtime = runtime_of(request)
    run = runtime.database.read(fetch_runs.fetch_run, run_id=int(run_id)) if _is_id(run_id) else None
    if run is None:
        raise HTTPException(404, "There is no such fetch.")
    figures = figures_of(run, runtime.clock.now())
    if wants_json(request):
        return JSONResponse(figures.to_json(), headers={"Cache-Control": "no-store"})
    return render(request, "orders/fetch.html", fetching=figures, columns=FIGURES)


def figures_of(run: FetchRun, now: datetime) -> Figures:
    """What is known of a run: the figures so far, then those of its document."""
    ended = {each["store"]: each for each in run.document["stores"]} if run.document else {}
    stores = [_store(name, run.progress.get(name, {}), ended.get(name)) for name in run.stores]
    if run.running(now):
        return Figures(run, stores, "running")
    if run.document is None:
        return Figures(run, stores, "interrupted")
    return Figures(run, stores, "done" if run.document["ok"] else "problem")


def _store(name: str, so_far: Mapping[str, Any], ended: Mapping[str, Any] | None) -> StoreFigures:
    counts = ended if ended is not None and "found" in ended else so_far.get("counts", {})
    return StoreFigures(
        store=name,
        counts={figure: int(counts.get(figure, 0)) for figure in FIGURES},
        done=ended is not None or bool(so_far.get("done")),
        error=ended.get("error") if ended else None,
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _refused(request: Request, sentence: str) -> Response:
    if wants_json(request):
        return JSONResponse({"error": sentence}, status_code=400)
    answer = RedirectResponse("/", status_code=303)
    notice(answer, sentence, "problem")
    return answer

"""`/healthz` and `/readyz`: is the process alive, and can it do its work? Neither tells anything secret."""

import logging
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import text
from sqlalchemy.orm import Session

from connector.errors import LedgerUnavailable
from connector.runtime import Runtime

router = APIRouter()
_log = logging.getLogger(__name__)

_PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class PrefectToAsk:
    """The Prefect server without which this process is not ready."""

    api_url: str


@router.get("/healthz")
async def alive() -> PlainTextResponse:
    """200 as long as the process answers at all."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
async def ready(request: Request) -> JSONResponse:
    """200 when the database and Prefect can be used, else 503; the body says of each how it is.

    Prefect is not asked where none is needed: with `--no-schedule` and no server configured.
    """
    asked: PrefectToAsk | None = getattr(request.app.state, "prefect_to_ask", None)
    checks = {"database": await _database(request.app.state.runtime)}
    checks["prefect"] = "not needed" if asked is None else await _prefect(asked)
    is_ready = all(outcome in ("ok", "not needed") for outcome in checks.values())
    body: dict[str, Any] = {"ready": is_ready, "checks": checks}
    return JSONResponse(body, status_code=200 if is_ready else 503)


async def _database(runtime: Runtime) -> str:
    try:
        await runtime.database.run_read(_touch)
    except LedgerUnavailable as error:
        # The sentence names a host: it belongs into the log, not before strangers.
        _log.warning("not ready: %s", error)
        return "cannot be reached"
    return "ok"


def _touch(session: Session) -> None:
    session.execute(text("SELECT id FROM store LIMIT 1"))


async def _prefect(asked: PrefectToAsk) -> str:
    try:
        async with httpx.AsyncClient(timeout=_PATIENCE, trust_env=False) as http:
            answer = await http.get(f"{asked.api_url}/health")
    except httpx.HTTPError:
        return "does not answer"
    # A server that wants a login is there, too.
    return "ok" if answer.status_code < 500 else "is not well"

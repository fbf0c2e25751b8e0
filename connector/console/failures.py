"""What is shown when something is not there, not allowed or not working: a page with one sentence."""

import logging
import traceback
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from connector.console import page
from connector.console.access.who import LoginRequired, RoleTooLow, identify
from connector.errors import ConfigurationError, ConnectorError, LedgerUnavailable, PlatformError, UsageError

_log = logging.getLogger(__name__)

_HEADINGS = {
    400: "That did not work",
    401: "Log in first",
    403: "Not allowed",
    404: "Nothing here",
    405: "Not like this",
    413: "Too large",
    429: "Too many tries",
    500: "Something broke",
    502: "The platform did not do it",
    503: "The database is not there",
}
_SENTENCES = {
    404: "There is no such page, or what it showed has been removed.",
    405: "This address does not take that kind of request.",
}
UNFORESEEN = "An unforeseen failure; it was logged. What was done before it is kept."


async def failure(
    request: Request, status: int, sentence: str, *, headers: dict[str, str] | None = None
) -> Response:
    """A page (or a JSON document, for a client that asks for one) that says in one sentence what is wrong."""
    if page.wants_json(request):
        return JSONResponse({"error": sentence}, status, headers)
    response = await run_in_threadpool(_page, request, status, sentence)
    response.headers.update(headers or {})
    return response


def _page(request: Request, status: int, sentence: str) -> Response:
    try:
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            # The header's figures come from the database that is not there.
            request.state.person = None
        identify(request)
        return _render(request, status, sentence)
    except ConnectorError:
        request.state.person = None
        return _render(request, status, sentence)


def _render(request: Request, status: int, sentence: str) -> Response:
    heading = _HEADINGS.get(status, HTTPStatus(status).phrase)
    return page.render(request, "error.html", status=status, heading=heading, sentence=sentence, code=status)


def log_unforeseen(error: BaseException) -> None:
    """Keep where an unforeseen failure happened; its text may hold what a buyer typed, so it is left out."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("unforeseen failure: %s\n%s", type(error).__name__, frames)


def install(app: FastAPI) -> None:
    """Give the application a page for every failure."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(LoginRequired, _login)
    app.add_exception_handler(RoleTooLow, _role)
    app.add_exception_handler(ConnectorError, _connector)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    default = HTTPStatus(error.status_code).phrase
    sentence = error.detail if error.detail != default else _SENTENCES.get(error.status_code, f"{default}.")
    return await failure(request, error.status_code, sentence, headers=dict(error.headers or {}))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = (each["loc"][-1] for each in error.errors() if each["loc"])
    names = ", ".join(dict.fromkeys(str(name)[:60] for name in places))
    return await failure(request, 400, f"What was sent cannot be used; look at: {names}.")


async def _login(request: Request, error: Exception) -> Response:
    assert isinstance(error, LoginRequired)
    if request.method == "GET" and not page.wants_json(request):
        return RedirectResponse(error.login_path, 303)
    return await failure(request, 401, "You are not logged in, or your session has ended; nothing was done.")


async def _role(request: Request, error: Exception) -> Response:
    assert isinstance(error, RoleTooLow)
    sentence = f"This takes the role {error.needed}; an admin can give it to you on the Users page."
    return await failure(request, 403, sentence)


async def _connector(request: Request, error: Exception) -> Response:
    sentence = str(error)
    if isinstance(error, LedgerUnavailable):
        return await failure(request, 503, sentence, headers={"Retry-After": "10"})
    if isinstance(error, UsageError | ConfigurationError):
        return await failure(request, 400, sentence)
    if isinstance(error, PlatformError):
        return await failure(request, 502, sentence)
    log_unforeseen(error)
    return await failure(request, 500, UNFORESEEN)

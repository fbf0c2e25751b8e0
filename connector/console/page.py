"""Pages: a template with what every page knows, and the message that the last answer left for it."""

import base64
import json
import secrets
from binascii import Error as NotBase64
from typing import Any, Literal

from fastapi.responses import HTMLResponse
from starlette.requests import Request
from starlette.responses import Response

from connector.console.access import cookies, form_tokens
from connector.console.templating import environment
from connector.ledger.store_health import attention_count
from connector.runtime import Runtime

Kind = Literal["done", "problem"]


def runtime_of(request: Request) -> Runtime:
    """What the process works with: settings, database, keys, clock."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def wants_json(request: Request) -> bool:
    """Whether a script asks, rather than a person's browser."""
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


def render(request: Request, template: str, /, *, status: int = 200, **context: Any) -> HTMLResponse:
    """The page of a template.

    Besides its own context a template knows `person` (None before the login), `csrf_token`, `csrf_field()`,
    `options`, `now`, `path`, `attention` (orders that need a person) and `notice`.
    """
    anchor = form_tokens.anchor_of(request)
    fresh = None if anchor else secrets.token_urlsafe(32)
    runtime, person = runtime_of(request), getattr(request.state, "person", None)
    known = {
        "person": person,
        "csrf_token": form_tokens.token_for(anchor or fresh or ""),
        "options": request.app.state.options,
        "now": runtime.clock.now(),
        "path": request.url.path,
        "attention": 0 if person is None else runtime.database.read(attention_count),
        "notice": _notice(request),
    }
    html = environment().get_template(template).render({**known, **context})
    response = HTMLResponse(html, status_code=status)
    if fresh:
        cookies.set_visit(request, response, fresh)
    if cookies.notice_value(request) is not None:
        cookies.end_notice(response)
    return response


def notice(response: Response, text: str, kind: Kind = "done") -> None:
    """Show a sentence once, on top of the page that the answer leads to."""
    document = json.dumps({"kind": kind, "text": text[:600]}, separators=(",", ":"))
    cookies.set_notice(response, base64.urlsafe_b64encode(document.encode()).decode().rstrip("="))


def _notice(request: Request) -> dict[str, str] | None:
    value = cookies.notice_value(request)
    if not value:
        return None
    try:
        document = json.loads(base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)))
        kind = "problem" if document["kind"] == "problem" else "done"
        return {"kind": kind, "text": str(document["text"])}
    except (NotBase64, ValueError, KeyError, TypeError, RecursionError):
        return None

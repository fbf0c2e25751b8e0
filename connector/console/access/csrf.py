"""Forms are ours: every unsafe request carries a token bound to the browser's session and comes from here."""

import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connector.console import failures
from connector.console.access.form_tokens import anchor_of, token_for
from connector.console.options import ConsoleOptions

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_OURS = "/webhooks/"
"""The platforms have no session: their requests are signed."""
_LARGEST_BODY = 2_000_000
"""A store file is at most 1 MB."""

_ELSEWHERE = "The request did not come from this console, so nothing was done."
_STALE = "This form is no longer valid: go back, reload the page and send it again. Nothing was done."
_TOO_LARGE = "What was sent is larger than 2 MB, so nothing was done."
_UNREADABLE = "What was sent could not be read as a form, so nothing was done."


class CsrfMiddleware:
    """Refuses unsafe requests that did not come from one of our pages, whatever route they name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _SAFE or scope["path"].startswith(_NOT_OURS):
            await self.app(scope, receive, send)
            return
        messages = await _read(receive)
        request = Request(scope, _replay(messages, receive))
        refusal = await _refusal(request, messages)
        if refusal is not None:
            answer = await failures.failure(request, *refusal)
            await answer(scope, receive, send)
            return
        await self.app(scope, _replay(messages, receive), send)


async def _refusal(request: Request, messages: Iterable[Message] | None) -> tuple[int, str] | None:
    if not _from_here(request):
        return 403, _ELSEWHERE
    if messages is None:
        return 413, _TOO_LARGE
    try:
        sent = request.headers.get("x-csrf-token") or await _form_field(request)
    except HTTPException:
        return 400, _UNREADABLE
    anchor = anchor_of(request)
    if not anchor or not hmac.compare_digest(sent.encode(), token_for(anchor).encode()):
        return 403, _STALE
    return None


async def _form_field(request: Request) -> str:
    async with request.form(max_files=4) as form:
        value = form.get("csrf_token")
        return value if isinstance(value, str) else ""


def _from_here(request: Request) -> bool:
    """Whether the browser says that one of our own pages sent this; clients that say nothing pass."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    if origin is None:
        return True
    options: ConsoleOptions = request.app.state.options
    ours = {request.headers.get("host", "")}
    if options.public_url is not None:
        ours.add(urlsplit(options.public_url).netloc)
    return origin.partition("://")[2].lower() in ours


async def _read(receive: Receive) -> list[Message] | None:
    """The messages of a whole body; None when it is too large."""
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > _LARGEST_BODY:
            return None
        if message["type"] != "http.request" or not message.get("more_body", False):
            return messages


def _replay(messages: list[Message] | None, receive: Receive) -> Receive:
    """A `receive` that gives what was read already, then goes on."""
    waiting = iter(messages or ())

    async def again() -> Message:
        return next(waiting, None) or await receive()

    return again

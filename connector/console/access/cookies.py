"""The console's cookies: never readable by scripts, never sent along from other sites."""

from starlette.requests import Request
from starlette.responses import Response

from connector.console.options import ConsoleOptions

_SESSION = "connector_session"
_VISIT = "connector_visit"
_NOTICE = "connector_notice"


def _name(base: str, options: ConsoleOptions) -> str:
    # `__Host-`: the browser takes it over TLS alone, for this host alone, for every path.
    return f"__Host-{base}" if options.https else base


def _options(request: Request) -> ConsoleOptions:
    options: ConsoleOptions = request.app.state.options
    return options


def session_token(request: Request) -> str | None:
    """The token of the visitor's session, as the browser holds it."""
    return request.cookies.get(_name(_SESSION, _options(request)))


def visit_token(request: Request) -> str | None:
    """The token of a visit without a session: what forms before the login are bound to."""
    return request.cookies.get(_name(_VISIT, _options(request)))


def set_session(request: Request, response: Response, token: str, *, seconds: int) -> None:
    """Give the browser its session's token."""
    _set(request, response, _SESSION, token, max_age=seconds)


def set_visit(request: Request, response: Response, token: str) -> None:
    """Give the browser a token for forms without a session; it ends with the browser."""
    _set(request, response, _VISIT, token)


def end_session(request: Request, response: Response) -> None:
    """Take the session's token away from the browser."""
    _delete(request, response, _SESSION)


def set_notice(response: Response, value: str) -> None:
    """Keep a message for the next page; it carries nothing secret and lives a minute."""
    response.set_cookie(_NOTICE, value, max_age=60, path="/", httponly=True, samesite="lax")


def notice_value(request: Request) -> str | None:
    """The message that the last answer left for this page."""
    return request.cookies.get(_NOTICE)


def end_notice(response: Response) -> None:
    """A message is shown once."""
    response.delete_cookie(_NOTICE, path="/", httponly=True, samesite="lax")


def _set(request: Request, response: Response, base: str, value: str, *, max_age: int | None = None) -> None:
    options = _options(request)
    response.set_cookie(
        _name(base, options),
        value,
        max_age=max_age,
        path="/",
        secure=options.https,
        httponly=True,
        samesite="lax",
    )


def _delete(request: Request, response: Response, base: str) -> None:
    options = _options(request)
    response.delete_cookie(
        _name(base, options), path="/", secure=options.https, httponly=True, samesite="lax"
    )

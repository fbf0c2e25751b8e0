"""What every answer carries and every request passes: security headers, Host names, the last resort."""

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connector.console import failures
from connector.console.options import ConsoleOptions

_POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_HSTS = "max-age=31536000"
_WRONG_HOST = "This console answers on this machine alone, as localhost or 127.0.0.1.\n"


class HeadersMiddleware:
    """Adds the security headers; no cache keeps a page, and with TLS cookies travel over nothing else."""

    def __init__(self, app: ASGIApp, options: ConsoleOptions) -> None:
        self.app = app
        self.https = options.https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message))
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)

    def _add(self, headers: MutableHeaders) -> None:
        for name, value in _HEADERS.items():
            headers[name] = value
        headers.setdefault("Cache-Control", "no-store")
        if self.https:
            headers["Strict-Transport-Security"] = _HSTS
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for cookie in cookies:
                headers.append("set-cookie", cookie if "; Secure" in cookie else f"{cookie}; Secure")


class HostsMiddleware:
    """Answers only under the names the console goes by, so that no other page can point a name at it."""

    def __init__(self, app: ASGIApp, options: ConsoleOptions) -> None:
        self.app = app
        self.allowed = frozenset(name.lower() for name in options.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.allowed and self._name(scope) not in self.allowed:
            await PlainTextResponse(_WRONG_HOST, 421)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    @staticmethod
    def _name(scope: Scope) -> str:
        host = Request(scope).headers.get("host", "").lower()
        name, colon, port = host.rpartition(":")
        return name if colon and port.isdecimal() else host


class LastResortMiddleware:
    """An unforeseen failure becomes a page too; its text stays here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noting)
        except Exception as error:
            failures.log_unforeseen(error)
            if started or scope["type"] != "http":
                raise
            answer = await failures.failure(Request(scope), 500, failures.UNFORESEEN)
            await answer(scope, receive, send)

"""One signed call to TikTok Shop, repeated within seconds while that can help."""

import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode

import httpx
import orjson

from connector.clock import Clock
from connector.errors import (
    ConfigurationError,
    PlatformError,
    RateLimited,
    TemporaryError,
    Unavailable,
)
from connector.tiktok.answers import clock_ahead, data_of
from connector.tiktok.errors import PLATFORM, TokenRejected
from connector.tiktok.signing import sign
from connector.tiktok.throttle import Throttle
from connector.tiktok.tokens import TokenSource

TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
"""Seconds; a page of 100 orders can take TikTok several."""

MAX_TRIES = 5
MAX_WAIT = 60.0
_HOURLY_LIMIT = "36009037"
_JSON = "application/json"

OnCall = Callable[[str, str, float], None]
"""Told after every request: the API path without ids, `ok` or the error's name, and seconds taken."""

Method = Literal["GET", "POST", "PUT", "DELETE"]


class _HideQueries(logging.Filter):
    """Takes query strings out of httpx's request lines: they hold signatures and, for tokens, secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg for arg in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_HideQueries())


def checked_url(url: str, setting: str) -> str:
    """The address without its last slash; raises ConfigurationError naming the setting if it is none."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        raise ConfigurationError(f"{setting} is not an address") from None
    if parsed.scheme not in {"http", "https"} or not parsed.host or parsed.query or parsed.fragment:
        raise ConfigurationError(f"{setting} must look like https://host or https://host/path")
    return url.rstrip("/")


def wait_before(error: TemporaryError, tries: int) -> float:
    """Seconds before the next try: `Retry-After` if given, else 1 s doubling with up to 0.5 s jitter.

    Raises the error itself when tries are used up or the platform asks for more patience than this level has.
    """
    if tries >= MAX_TRIES or error.code == _HOURLY_LIMIT or (error.retry_after or 0.0) > MAX_WAIT:
        raise error
    jitter = random.random() / 2  # noqa: S311  spreads retries, protects nothing
    backoff = 2.0 ** (tries - 1) if error.retry_after is None else error.retry_after
    return min(MAX_WAIT, backoff + jitter)


class TikTokTransport:
    """Signs, paces, sends and repeats; every call made through it must be a read.

    `calls` counts the requests sent, `throttled` the answers that said: too many.
    """

    def __init__(
        self,
        *,
        base_url: str,
        app_key: str,
        app_secret: str,
        tokens: TokenSource,
        http: httpx.AsyncClient,
        clock: Clock,
        throttle: Throttle | None = None,
        on_call: OnCall | None = None,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self.calls = 0
        self.throttled = 0
        self._answered_at: tuple[httpx.Headers, datetime] | None = None
        self._base_url = checked_url(base_url, "tiktok.base_url")
        self._app_key = app_key
        self._app_secret = app_secret
        self._tokens = tokens
        self._http = http
        self._clock = clock
        self._throttle = throttle or Throttle(clock)
        self._on_call = on_call
        self._timeout = timeout

    @property
    def clock_ahead(self) -> float | None:
        """Seconds our clock is ahead of the last answer's `Date`; None before any answer."""
        return None if self._answered_at is None else clock_ahead(*self._answered_at)

    async def call(
        self,
        method: Method,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        operation: str = "",
    ) -> dict[str, Any]:
        """The `data` of one API call; raises the errors of `connector.errors` when it cannot be had."""
        content = b"" if body is None else orjson.dumps(body)
        token = await self._tokens.access_token()
        tries, renewed = 0, False
        while True:
            try:
                return await self._once(method, path, query or {}, content, token, operation or path)
            except TokenRejected as error:
                fresh = token if renewed else await self._tokens.renew(token)
                if fresh == token:
                    raise error from None
                token, renewed = fresh, True
            except TemporaryError as error:
                tries += 1
                await self._clock.sleep(wait_before(error, tries))
                token = await self._tokens.access_token()

    async def _once(
        self, method: Method, path: str, query: Mapping[str, str], content: bytes, token: str, operation: str
    ) -> dict[str, Any]:
        await self._throttle.turn()
        started = self._clock.monotonic()
        outcome = "ok"
        try:
            response = await self._send(method, path, query, content, token)
            now = self._clock.now()
            self._answered_at = (response.headers, now)
            data = data_of(response, now, (token, self._app_secret))
        except PlatformError as error:
            outcome = type(error).__name__
            if isinstance(error, RateLimited) or error.code == "503":
                self.throttled += 1
                self._throttle.refused(getattr(error, "retry_after", None))
            raise
        finally:
            if self._on_call is not None:
                self._on_call(operation, outcome, self._clock.monotonic() - started)
        self._throttle.answered()
        return data

    async def _send(
        self, method: Method, path: str, query: Mapping[str, str], content: bytes, token: str
    ) -> httpx.Response:
        stamped = {
            **query,
            "app_key": self._app_key,
            "timestamp": str(int(self._clock.now().timestamp())),
        }
        stamped["sign"] = sign(path=path, query=stamped, body=content, secret=self._app_secret)
        url = f"{self._base_url}{path}?{urlencode(stamped, quote_via=quote, safe='')}"
        headers = {"content-type": _JSON, "x-tts-access-token": token}
        self.calls += 1
        try:
            return await self._http.request(
                method,
                url,
                content=content or None,
                headers=headers,
                timeout=self._timeout,
                follow_redirects=False,
            )
        except httpx.RequestError as error:
            raise unreached(error, "TikTok Shop") from None


def unreached(error: httpx.RequestError, what: str) -> Unavailable:
    """The error for a request whose answer never came whole; it names the kind, never the address asked."""
    kind = type(error).__name__
    return Unavailable(f"{what} did not answer ({kind})", platform=PLATFORM, code=kind)

"""One request to the Admin API: its answer or its failure told exactly."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from connector.clock import Clock
from connector.errors import ConfigurationError, OutcomeUnknown, Unavailable
from connector.shopify.answers import Answer, mapping, read_json, retry_after_seconds
from connector.shopify.documents import Document
from connector.shopify.throttle import Throttle
from connector.shopify.tokens import TokenSource

BeforeSending = Callable[[], None]
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
"""No byte of the request has left: no connection was there to write to."""
_LEAVING = "http11.send_request_headers.started"
"""What httpcore tells its trace when a connection is open and the first byte is about to be written."""
_LOST = (httpx.HTTPError, httpx.StreamError, OSError)
_LONGEST_PAUSE = 60.0


class Transport:
    """POSTs documents to one store's endpoint within its throttle.

    `calls` counts the requests sent, `points` what Shopify charged for them, `throttled` the answers that
    said: too many. Raises ConfigurationError for a
    base URL that is none.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_version: str,
        tokens: TokenSource,
        http: httpx.AsyncClient,
        clock: Clock,
        throttle: Throttle,
    ) -> None:
        self.api_version = api_version
        self.clock = clock
        self.tokens = tokens
        self.http = http
        self.throttle = throttle
        self.calls = 0
        self.points = 0.0
        self.throttled = 0
        self._served_version = ""
        self._url = _endpoint(base_url, api_version)
        self._token = ""
        self._headers = httpx.Headers()
        self._timeout = {"timeout": http.timeout.as_dict()}

    async def post(
        self, document: Document, variables: object, before_sending: BeforeSending | None = None
    ) -> Answer:
        """Send one request and read its answer, whatever its status; after a 401 once more with a new token.

        Raises Unavailable when surely nothing was sent (and the errors of the token source), OutcomeUnknown
        when it may have arrived and no whole answer came back. What `before_sending` raises keeps the request
        from leaving.
        """
        token = await self.tokens.access_token()
        answer = await self._post(document, variables, token, before_sending)
        if answer.status == 401:
            answer = await self._post(document, variables, await self.tokens.renew(token), before_sending)
        return answer

    @property
    def retired(self) -> ConfigurationError | None:
        """The error to raise when the last answer came in another API version than the one asked for.

        Shopify does that when the version asked for is retired.
        """
        if not self._served_version or self._served_version == self.api_version:
            return None
        return ConfigurationError(
            f"Shopify answered in API version {self._served_version[:16]} though {self.api_version} was "
            "asked for: set shopify.api_version to a version it still supports"
        )

    async def _post(
        self, document: Document, variables: object, token: str, before_sending: BeforeSending | None
    ) -> Answer:
        request = self._request(document, variables, token)
        if before_sending is not None:
            request.extensions = {**request.extensions, "trace": _traced(before_sending)}
        reservation = await self.throttle.reserve(document.name, document.guess)
        answer: Answer | None = None
        try:
            answer = await self._send(request)
        finally:
            cost = None if answer is None else mapping(answer.extensions.get("cost"))
            self.points += self.throttle.settle(reservation, cost)
        self.throttled += answer.throttled
        if answer.status == 429:
            self.throttle.pause(
                min(1.0 if answer.retry_after is None else answer.retry_after, _LONGEST_PAUSE)
            )
        return answer

    def _request(self, document: Document, variables: object, token: str) -> httpx.Request:
        if token != self._token:
            self._token = token
            self._headers = httpx.Headers(
                {
                    "Host": self._url.netloc.decode("ascii"),
                    "User-Agent": "tiktok-shopify-connector",
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip, deflate",
                    "Content-Type": "application/json",
                    "X-Shopify-Access-Token": token,
                }
            )
        body = document.body(variables)
        return httpx.Request("POST", self._url, headers=self._headers, content=body, extensions=self._timeout)

    async def _send(self, request: httpx.Request) -> Answer:
        self.calls += 1
        try:
            response = await self.http.send(request)
        except _BEFORE_SENDING as error:
            raise Unavailable(
                f"Shopify could not be reached ({type(error).__name__})", platform="shopify"
            ) from None
        except _LOST as error:
            # Also a reset before any answer: on a connection kept alive the server may have read the request.
            raise OutcomeUnknown(
                f"the answer of Shopify was lost ({type(error).__name__})", platform="shopify"
            ) from None
        headers = response.headers
        self._served_version = headers.get("x-shopify-api-version", "")
        return Answer(
            response.status_code,
            read_json(response.content),
            headers.get("x-request-id", ""),
            retry_after_seconds(headers.get("retry-after"), self.clock.now()),
        )


def _traced(before_sending: BeforeSending) -> Callable[[str, Any], Awaitable[None]]:
    async def trace(event: str, _about: Any) -> None:
        if event == _LEAVING:
            before_sending()

    return trace


def _endpoint(base_url: str, api_version: str) -> httpx.URL:
    try:
        url = httpx.URL(f"{base_url.rstrip('/')}/admin/api/{api_version}/graphql.json")
    except httpx.InvalidURL:
        raise ConfigurationError("shopify.base_url is no URL") from None
    if url.scheme not in ("https", "http") or not url.host:
        raise ConfigurationError("shopify.base_url must begin with https:// and name a host")
    return url

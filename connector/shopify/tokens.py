"""Access tokens of a Shopify store: a permanent one, or the client credentials grant's 24-hour ones."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import httpx

from connector.clock import Clock
from connector.errors import ConfigurationError, NeedsReauthorization, RateLimited, Unavailable
from connector.shopify.answers import member, read_json, retry_after_seconds

_AHEAD = timedelta(minutes=15)
_SHORTEST_LIFE = timedelta(minutes=1)


class TokenSource(Protocol):
    """Where the transport gets its access token."""

    async def access_token(self) -> str:
        """A token that should work now."""

    async def renew(self, rejected: str) -> str:
        """A token other than the one Shopify just answered 401 to.

        Raises NeedsReauthorization when there is none to be had, Unavailable when Shopify cannot be asked.
        """


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token and when it stops working (UTC)."""

    access_token: str
    expires_at: datetime


class StaticToken:
    """The permanent token of a custom app.

    Raises ConfigurationError for text that cannot be a token.
    """

    def __init__(self, token: str) -> None:
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise ConfigurationError("shopify.access_token is empty or holds characters no token has")
        self._token = token

    async def access_token(self) -> str:
        return self._token

    async def renew(self, rejected: str) -> str:
        raise NeedsReauthorization(
            "Shopify does not accept the access token any more: install the app again and store the new one",
            platform="shopify",
            code="401",
        )


class ClientCredentials:
    """Tokens by the client credentials grant: asked for anew before they expire and after a 401.

    Only for apps and stores of one organisation. A token lives 24 hours; `issued` is one from an earlier run
    and `on_issue` is awaited with each new one before it is used, so that it can be kept.
    """

    def __init__(
        self,
        *,
        base_url: str,
        client_id: str,
        client_secret: str,
        http: httpx.AsyncClient,
        clock: Clock,
        issued: IssuedToken | None = None,
        on_issue: Callable[[IssuedToken], Awaitable[None]] | None = None,
    ) -> None:
        self._url = f"{base_url.rstrip('/')}/admin/oauth/access_token"
        self._form = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        self._http = http
        self._clock = clock
        self._issued = issued
        self._on_issue = on_issue
        self._asking = asyncio.Lock()

    async def access_token(self) -> str:
        issued = self._issued
        if issued is not None and self._clock.now() < issued.expires_at - _AHEAD:
            return issued.access_token
        return await self._replace(issued)

    async def renew(self, rejected: str) -> str:
        issued = self._issued
        if issued is not None and issued.access_token != rejected:
            return issued.access_token
        return await self._replace(issued)

    async def _replace(self, old: IssuedToken | None) -> str:
        """Ask once, however many callers found the old token wanting."""
        async with self._asking:
            if self._issued is not None and self._issued is not old:
                return self._issued.access_token
            fresh = await self._ask()
            if self._on_issue is not None:
                await self._on_issue(fresh)
            self._issued = fresh
            return fresh.access_token

    async def _ask(self) -> IssuedToken:
        asked_at = self._clock.now()
        try:
            response = await self._http.post(self._url, data=self._form)
        except httpx.HTTPError as error:
            raise Unavailable(
                f"Shopify could not be asked for an access token ({type(error).__name__})", platform="shopify"
            ) from None
        if response.status_code != 200:
            raise self._refusal(response)
        answer = read_json(response.content)
        token, lifetime = member(answer, "access_token"), member(answer, "expires_in")
        if not isinstance(token, str) or not token or not isinstance(lifetime, int | float):
            raise Unavailable("Shopify's answer holds no access token", platform="shopify")
        # A lifetime shorter than the margin must not make every call ask again.
        life = max(timedelta(seconds=lifetime), _AHEAD + _SHORTEST_LIFE)
        return IssuedToken(token, asked_at + life)

    def _refusal(self, response: httpx.Response) -> Exception:
        status = response.status_code
        if status == 429:
            wait = retry_after_seconds(response.headers.get("retry-after"), self._clock.now())
            return RateLimited(
                "Shopify asks for fewer requests for access tokens", platform="shopify", retry_after=wait
            )
        if status in (400, 401, 403):
            word = member(read_json(response.content), "error")
            said = f" ({word})" if isinstance(word, str) and word.isidentifier() else ""
            return NeedsReauthorization(
                f"Shopify does not accept client_id and client_secret{said}: check that the app is installed "
                "in this store and belongs to the same organisation",
                platform="shopify",
                code=str(status),
            )
        if status == 404 or 300 <= status < 400:
            return ConfigurationError("no Shopify store answers at shopify.base_url: check it")
        return Unavailable(f"Shopify answered HTTP {status} when asked for a token", platform="shopify")

"""Access tokens of a Shopify store: a permanent one, or the client credentials grant's 24-hour ones."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import httpx

from connector.clock import Clock


class TokenSource(Protocol):
    """Where the transport gets its access token."""

    async def access_token(self) -> str:
        """A token that should work now."""

    async def renew(self, rejected: str) -> str:
        """A token other than the one Shopify just answered 401 to; NeedsReauthorization when there is none."""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token and when it stops working (UTC)."""

    access_token: str
    expires_at: datetime


class StaticToken:
    """The permanent token of a custom app."""

    def __init__(self, token: str) -> None:
        raise NotImplementedError

    async def access_token(self) -> str:
        raise NotImplementedError

    async def renew(self, rejected: str) -> str:
        raise NotImplementedError


class ClientCredentials:
    """Tokens by the client credentials grant."""

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
        raise NotImplementedError

    async def access_token(self) -> str:
        raise NotImplementedError

    async def renew(self, rejected: str) -> str:
        raise NotImplementedError

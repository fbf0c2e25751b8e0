"""Access tokens: where they come from and how TikTok renews them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from connector.errors import NeedsReauthorization
from connector.tiktok.errors import PLATFORM


class TokenSource(Protocol):
    """Gives the shop's access token and renews it, one renewal at a time per shop."""

    async def access_token(self) -> str:
        """The token to use now; a source may renew it ahead of its expiry."""

    async def renew(self, rejected: str) -> str:
        """The stored token if it is another than the rejected one, else a renewed one.

        Raises NeedsReauthorization when it cannot be renewed any more.
        """


class StaticTokens:
    """One token that cannot be renewed, for checking credentials before they are stored."""

    def __init__(self, access_token: str) -> None:
        self._access_token = access_token

    async def access_token(self) -> str:
        return self._access_token

    async def renew(self, rejected: str) -> str:
        """Never succeeds: raises NeedsReauthorization."""
        raise NeedsReauthorization(
            "The access token is not accepted any more: connect the TikTok shop again", platform=PLATFORM
        )


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """Both tokens of a renewal; they replace the old ones together, before either is used."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    scopes: tuple[str, ...] = ()

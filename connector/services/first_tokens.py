"""The tokens of a store file while its credentials are tried: an expired one is renewed and kept."""

from datetime import datetime

from connector.errors import NeedsReauthorization
from connector.store_file import TikTokTable
from connector.tiktok.renewal import HttpTokenRenewer


class FirstTokens:
    """A token source that lives until the store is stored."""

    def __init__(self, table: TikTokTable) -> None:
        self._access = table.access_token
        self._refresh = table.refresh_token
        self._renewer: HttpTokenRenewer | None = None
        self.access_expires_at: datetime | None = table.expires_at
        self.refresh_expires_at: datetime | None = None

    @property
    def pair(self) -> dict[str, str]:
        """Both tokens as they are to be stored."""
        return {"access_token": self._access, "refresh_token": self._refresh}

    def renew_with(self, renewer: HttpTokenRenewer) -> None:
        """Where an expired token is traded for new ones."""
        self._renewer = renewer

    async def access_token(self) -> str:
        return self._access

    async def renew(self, rejected: str) -> str:
        """Trade the refresh token; the old pair is worthless afterwards, so the new one gets stored."""
        if self._access != rejected:
            return self._access
        if self._renewer is None:
            raise NeedsReauthorization("The access token has expired.", platform="tiktok")
        grant = await self._renewer.renew(self._refresh)
        self._access, self._refresh = grant.access_token, grant.refresh_token
        self.access_expires_at, self.refresh_expires_at = grant.access_expires_at, grant.refresh_expires_at
        return self._access

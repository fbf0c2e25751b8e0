"""Renewing access tokens at TikTok's authorization host.

The call is not signed; its secrets travel in the query string, so no address is ever shown or logged.
Whether an old refresh token still works after a renewal is undocumented (reference, open question 11): both
new tokens are to be stored together before either is used, and a renewal whose answer was lost is simply
asked for again.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

import httpx

from connector.clock import Clock
from connector.errors import NeedsReauthorization, RequestRefused, TemporaryError, Unavailable
from connector.tiktok.answers import data_of
from connector.tiktok.errors import PLATFORM, RETIRED
from connector.tiktok.http import TIMEOUT, checked_url, unreached, wait_before
from connector.tiktok.tokens import TokenGrant

_PATH: Final = "/api/v2/token/refresh"
_FIRST_INSTANT: Final = 1_000_000_000
"""Expiries are absolute Unix seconds in spite of their name `…_expire_in`; less than this is a duration."""
_LAST_INSTANT: Final = 253_402_300_799


class HttpTokenRenewer:
    """Exchanges refresh tokens; `auth_url` is the host of `tiktok.auth_url` and may carry a path."""

    def __init__(
        self,
        *,
        auth_url: str,
        app_key: str,
        app_secret: str,
        http: httpx.AsyncClient,
        clock: Clock,
        timeout: httpx.Timeout = TIMEOUT,
    ) -> None:
        self.calls = 0
        self._url = checked_url(auth_url, "tiktok.auth_url") + _PATH
        self._app_key = app_key
        self._app_secret = app_secret
        self._http = http
        self._clock = clock
        self._timeout = timeout

    async def renew(self, refresh_token: str) -> TokenGrant:
        """Two new tokens for the refresh token.

        Raises NeedsReauthorization when the refresh token is not accepted (any more), TemporaryError when the
        host could not be asked, RequestRefused when app_key, app_secret or the address are wrong.
        """
        tries = 0
        while True:
            try:
                return self._grant(await self._ask(refresh_token))
            except TemporaryError as error:
                tries += 1
                await self._clock.sleep(wait_before(error, tries))

    async def _ask(self, refresh_token: str) -> dict[str, Any]:
        query = {
            "app_key": self._app_key,
            "app_secret": self._app_secret,
            "refresh_token": refresh_token,
            "grant_type": "refresh_token",
        }
        self.calls += 1
        try:
            response = await self._http.get(
                f"{self._url}?{urlencode(query, quote_via=quote, safe='')}",
                timeout=self._timeout,
                follow_redirects=False,
            )
        except httpx.RequestError as error:
            raise unreached(error, "TikTok Shop's authorization host") from None
        try:
            secrets = (refresh_token, self._app_secret)
            return data_of(response, self._clock.now(), secrets, setting="tiktok.auth_url")
        except RequestRefused as error:
            raise _refusal(error) from None

    def _grant(self, data: dict[str, Any]) -> TokenGrant:
        access, refresh = data.get("access_token"), data.get("refresh_token")
        if not isinstance(access, str) or not isinstance(refresh, str) or not access or not refresh:
            text = "TikTok Shop's answer to a token renewal could not be read"
            raise Unavailable(text, platform=PLATFORM, code="shape")
        scopes = data.get("granted_scopes")
        return TokenGrant(
            access_token=access,
            refresh_token=refresh,
            access_expires_at=self._instant(data.get("access_token_expire_in")),
            refresh_expires_at=self._instant(data.get("refresh_token_expire_in")),
            scopes=tuple(scope for scope in scopes if isinstance(scope, str))
            if isinstance(scopes, list)
            else (),
        )

    def _instant(self, value: object) -> datetime | None:
        seconds = int(value) if isinstance(value, str) and value.isdecimal() else value
        if type(seconds) is not int or not 0 < seconds <= _LAST_INSTANT:
            return None
        if seconds < _FIRST_INSTANT:
            return self._clock.now() + timedelta(seconds=seconds)
        return datetime.fromtimestamp(seconds, UTC)


def _refusal(error: RequestRefused) -> NeedsReauthorization | RequestRefused:
    """Which of the four parameters was wrong; where TikTok does not say, it is the refresh token.

    Known codes of a refresh token that is no longer good are 36004001 and 36004005.
    """
    text = str(error).lower()
    if error.code in RETIRED or "check the address" in text:
        return error
    if "app_key" in text or "app_secret" in text or "app key" in text or "app secret" in text:
        return RequestRefused(
            f"tiktok.app_key or tiktok.app_secret is not accepted: {error}",
            platform=PLATFORM,
            code=error.code,
            request_id=error.request_id,
        )
    return NeedsReauthorization(
        f"The authorisation cannot be renewed, connect the TikTok shop again: {error}",
        platform=PLATFORM,
        code=error.code,
        request_id=error.request_id,
    )

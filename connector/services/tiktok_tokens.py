"""TikTok access tokens out of the ledger: one renewal at a time per shop, both tokens saved before use."""

import asyncio
import secrets as randomness
from datetime import timedelta

from connector.clock import Clock
from connector.errors import NeedsReauthorization, PlatformError, Unavailable
from connector.ledger import credentials
from connector.ledger.credentials import StoredCredential
from connector.ledger.database import Database
from connector.ledger.secrets import SecretBox
from connector.tiktok.renewal import HttpTokenRenewer

RENEW_AHEAD = timedelta(hours=1)
"""How long before its end an access token is renewed; it lives seven days (TikTok reference 1.2)."""
_GOT_WITH = ("app_key", "app_secret", "refresh_token")
_POLL_SECONDS = 0.2
_PATIENCE = 400
"""Polls while another process renews: a little longer than its turn lasts, then the turn is free."""


class LedgerTokens:
    """The token source of one store's TikTok client."""

    def __init__(
        self, *, database: Database, box: SecretBox, store_id: int, renewer: HttpTokenRenewer, clock: Clock
    ) -> None:
        self._database = database
        self._box = box
        self._store_id = store_id
        self._renewer = renewer
        self._clock = clock
        self._owner = randomness.token_hex(8)
        self._held: StoredCredential | None = None
        self._turn = asyncio.Lock()

    async def access_token(self) -> str:
        """The token to send now; raises NeedsReauthorization when the authorisation is known to be gone."""
        held = self._held
        if held is None or self._ends_soon(held):
            async with self._turn:
                held = await self._load()
                if self._ends_soon(held):
                    held = await self._renewed_ahead(held)
        return str(held.secrets["access_token"])

    async def _renewed_ahead(self, held: StoredCredential) -> StoredCredential:
        """Renew before it is necessary; while the old token still works, a failure to renew stops nothing."""
        try:
            return await self._renewed(held)
        except PlatformError:
            if held.access_expires_at is None or held.access_expires_at <= self._clock.now():
                raise
            return held

    async def renew(self, rejected: str) -> str:
        """A token other than the one TikTok has just rejected as expired."""
        async with self._turn:
            held = await self._load()
            if held.secrets["access_token"] == rejected:
                held = await self._renewed(held)
            return str(held.secrets["access_token"])

    def _ends_soon(self, held: StoredCredential) -> bool:
        ends = held.access_expires_at
        return (
            bool(held.secrets.get("refresh_token"))
            and ends is not None
            and (ends - RENEW_AHEAD <= self._clock.now())
        )

    async def _load(self) -> StoredCredential:
        held = await self._database.run_read(
            credentials.load, box=self._box, store_id=self._store_id, platform="tiktok"
        )
        self._held = held
        return held

    async def _renewed(self, held: StoredCredential) -> StoredCredential:
        """Renew in our turn, or wait for whoever is at it and take theirs."""
        if not held.secrets.get("refresh_token"):
            raise _gone()
        for _ in range(_PATIENCE):
            if await self._take_turn(held.version):
                await self._exchange(held)
                return await self._load()
            await self._clock.sleep(_POLL_SECONDS)
            newer = await self._load()
            if newer.version != held.version:
                return newer
        raise Unavailable("Another process has been renewing TikTok's token for too long.", platform="tiktok")

    async def _take_turn(self, seen_version: int) -> bool:
        return await self._database.run(
            credentials.claim_renewal,
            store_id=self._store_id,
            platform="tiktok",
            seen_version=seen_version,
            owner=self._owner,
            now=self._clock.now(),
        )

    async def _exchange(self, held: StoredCredential) -> None:
        """Trade the refresh token and save both new ones in one commit, before either is used."""
        try:
            answer = await self._renewer.renew(str(held.secrets["refresh_token"]))
        except PlatformError:
            await self._database.run(
                credentials.end_renewal, store_id=self._store_id, platform="tiktok", owner=self._owner
            )
            raise
        await self._database.run(
            credentials.save_renewed,
            box=self._box,
            store_id=self._store_id,
            platform="tiktok",
            got_with={name: held.secrets.get(name) for name in _GOT_WITH},
            tokens={"access_token": answer.access_token, "refresh_token": answer.refresh_token},
            access_expires_at=answer.access_expires_at,
            refresh_expires_at=answer.refresh_expires_at,
        )


def _gone() -> NeedsReauthorization:
    return NeedsReauthorization(
        "TikTok Shop no longer accepts this shop's authorisation; connect the store again.",
        platform="tiktok",
    )

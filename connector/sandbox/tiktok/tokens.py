"""Authorisations of the sandbox TikTok: access and refresh tokens, their rotation, expiry and revocation."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from connector.sandbox.clock import SandboxClock
from connector.sandbox.tiktok.facts import OpenFacts
from connector.sandbox.tiktok.refusals import Refusal

ACCESS_LIFE = timedelta(days=7)
REFRESH_LIFE = timedelta(days=365)
AUTH_CODE_LIFE = timedelta(minutes=30)
ALL_SCOPES = (
    "seller.order.info",
    "seller.fulfillment.basic",
    "seller.return_refund.basic",
    "seller.authorization.info",
    "seller.logistics",
)


@dataclass(slots=True)
class Grant:
    """What one seller has authorised; `access_token` and `refresh_token` are the newest pair."""

    seller_name: str
    region: str
    shop_ids: list[str]
    scopes: list[str]
    access_token: str = ""
    refresh_token: str = ""
    access_expires_at: int = 0
    """Unix seconds."""
    refresh_expires_at: int = 0
    """Unix seconds."""
    user_type: int = 0
    revoked: bool = False
    refreshes: int = 0


@dataclass(slots=True)
class TokenDesk:
    """Issues, renews and checks tokens; every expiry on the wire is an absolute Unix time."""

    clock: SandboxClock
    facts: OpenFacts
    access_life: timedelta = ACCESS_LIFE
    refresh_life: timedelta = REFRESH_LIFE
    _access: dict[str, tuple[Grant, int]] = field(default_factory=dict)
    _refresh: dict[str, tuple[Grant, int]] = field(default_factory=dict)
    _codes: dict[str, tuple[Grant, int]] = field(default_factory=dict)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def authorize(self, grant: Grant) -> Grant:
        """Give a grant its first pair of tokens."""
        self._issue(grant)
        return grant

    def auth_code(self, grant: Grant) -> str:
        """A single-use code to get this grant's tokens with, valid for 30 minutes."""
        code = f"ROW_code_{next(self._numbers):08d}"
        self._codes[code] = (grant, self.clock.timestamp() + int(AUTH_CODE_LIFE.total_seconds()))
        return code

    def exchange(self, code: str) -> Grant:
        """The grant of an auth code with fresh tokens; raises Refusal when used, expired or unknown."""
        grant, expires_at = self._codes.pop(code, (None, 0))
        if grant is None or expires_at <= self.clock.timestamp():
            raise Refusal(36004004, "The auth_code is invalid or has expired.")
        self._issue(grant)
        return grant

    def refresh(self, refresh_token: str) -> Grant:
        """The grant of a refresh token with a fresh pair; raises Refusal when it is dead."""
        grant, expires_at = self._refresh.get(refresh_token, (None, 0))
        if grant is None or grant.revoked:
            raise Refusal(105001, "Invalid credentials. The refresh_token is invalid.")
        if expires_at <= self.clock.timestamp():
            raise Refusal(105002, "Expired credentials. The refresh_token has expired.")
        if not self.facts.old_refresh_token_survives:
            del self._refresh[refresh_token]
        if not self.facts.old_access_token_survives:
            self._access.pop(grant.access_token, None)
        self._issue(grant)
        grant.refreshes += 1
        return grant

    def check(self, access_token: str) -> Grant:
        """The grant of an access token; raises Refusal 105001 (unknown, revoked) or 105002 (expired)."""
        grant, expires_at = self._access.get(access_token, (None, 0))
        if grant is None or grant.revoked:
            raise Refusal(105001, "Invalid credentials. The x-tts-access-token header is invalid.")
        if expires_at <= self.clock.timestamp():
            raise Refusal(105002, "Expired credentials. The x-tts-access-token header has expired.")
        return grant

    def expire_access(self, grant: Grant) -> None:
        """Let the newest access token of a grant expire at once."""
        grant.access_expires_at = self.clock.timestamp()
        self._access[grant.access_token] = (grant, grant.access_expires_at)

    def _issue(self, grant: Grant) -> None:
        number = next(self._numbers)
        now = self.clock.timestamp()
        grant.access_token = f"TTP_sandbox_access_{number:08d}"
        grant.refresh_token = f"TTP_sandbox_refresh_{number:08d}"
        grant.access_expires_at = now + int(self.access_life.total_seconds())
        grant.refresh_expires_at = now + int(self.refresh_life.total_seconds())
        self._access[grant.access_token] = (grant, grant.access_expires_at)
        self._refresh[grant.refresh_token] = (grant, grant.refresh_expires_at)
